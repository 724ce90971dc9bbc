import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { workSubject } from '@clipfleet/contracts';
import { removeDeadScratch } from '@clipfleet/ffmpeg';
import { startWorker } from '@clipfleet/jetstream';
import { loadConfigOrExit } from '@clipfleet/platform';
import { thumbWorkerConfigSchema } from './thumb-worker-config.js';
import { ThumbWorkerModule } from './thumb-worker.module.js';

const config = loadConfigOrExit(thumbWorkerConfigSchema);
await removeDeadScratch(config.scratchPath);
await startWorker({
  name: 'thumb-worker',
  config,
  consumes: { [workSubject.thumb]: config.concurrency },
  module: ThumbWorkerModule.register(config),
});
