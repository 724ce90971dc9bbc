import { type DynamicModule, Module } from '@nestjs/common';
import { FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { createStores, StoresModule } from '@clipfleet/object-store';
import { SegmentConsumer } from './segment.consumer.js';
import { SEGMENT_WORKER_CONFIG } from './segment-worker-token.js';
import type { SegmentWorkerConfig } from './segment-worker-config.js';

/** `task.requested` of ts-parts and remux-range in, parts and `task.completed` out. */
@Module({})
export class SegmentWorkerModule {
  static register(config: SegmentWorkerConfig): DynamicModule {
    return {
      module: SegmentWorkerModule,
      imports: [StoresModule.register(createStores(config.stores))],
      controllers: [SegmentConsumer],
      providers: [
        { provide: SEGMENT_WORKER_CONFIG, useValue: config },
        { provide: FluentFfmpegRunner, useValue: new FluentFfmpegRunner() },
      ],
    };
  }
}
