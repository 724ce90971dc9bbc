import { type DynamicModule, Module } from '@nestjs/common';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { FilePictureMaker } from './picture/file-picture-maker.js';
import { PictureMaker } from './picture/picture-maker.js';
import { MediaProber } from './probe/media-prober.js';
import { StoryboardMaker } from './storyboard/storyboard-maker.js';
import { ThumbConsumer } from './thumb.consumer.js';
import type { ThumbWorkerConfig } from './thumb-worker-config.js';

/** `task.requested` of picture or storyboard in, one part and `task.completed` out; `probe.requested` in, its answer out. */
@Module({})
export class ThumbWorkerModule {
  static register(config: ThumbWorkerConfig): DynamicModule {
    const ffmpeg = new FluentFfmpegRunner();
    return {
      module: ThumbWorkerModule,
      imports: [StoresModule.register(createStores(config.stores))],
      controllers: [ThumbConsumer],
      providers: [
        { provide: PictureMaker, useValue: new PictureMaker(ffmpeg, config) },
        { provide: FilePictureMaker, useValue: new FilePictureMaker(ffmpeg, config) },
        { provide: MediaProber, useValue: new MediaProber(config) },
        { provide: StoryboardMaker, useValue: new StoryboardMaker(ffmpeg, config) },
      ],
    };
  }
}
