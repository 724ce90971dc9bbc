import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { workSubject } from '@clipfleet/contracts';
import { removeDeadScratch } from '@clipfleet/ffmpeg';
import { startWorker } from '@clipfleet/jetstream';
import { loadConfigOrExit } from '@clipfleet/platform';
import { segmentWorkerConfigSchema } from './segment-worker-config.js';
import { SegmentWorkerModule } from './segment-worker.module.js';

const config = loadConfigOrExit(segmentWorkerConfigSchema);
await removeDeadScratch(config.scratchPath);
await startWorker({
  name: 'segment-worker',
  config,
  consumes: { [workSubject.segment]: config.concurrency },
  module: SegmentWorkerModule.register(config),
});
