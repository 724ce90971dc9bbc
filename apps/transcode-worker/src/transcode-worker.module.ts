import { type DynamicModule, Module } from '@nestjs/common';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { EncodeTasks } from './encode/encode-tasks.js';
import { Renderer } from './render/renderer.js';
import { TranscodeConsumer } from './transcode.consumer.js';
import type { TranscodeWorkerConfig } from './transcode-worker-config.js';

/** `task.requested` of encodes and renders in, parts and `task.completed` out. */
@Module({})
export class TranscodeWorkerModule {
  static register(config: TranscodeWorkerConfig): DynamicModule {
    const ffmpeg = new FluentFfmpegRunner();
    return {
      module: TranscodeWorkerModule,
      imports: [StoresModule.register(createStores(config.stores))],
      controllers: [TranscodeConsumer],
      providers: [
        { provide: Renderer, useValue: new Renderer(ffmpeg, config) },
        { provide: EncodeTasks, useValue: new EncodeTasks(ffmpeg, config) },
      ],
    };
  }
}
