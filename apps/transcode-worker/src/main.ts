import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { workSubject } from '@clipfleet/contracts';
import { removeDeadScratch } from '@clipfleet/ffmpeg';
import { startWorker } from '@clipfleet/jetstream';
import { loadConfigOrExit } from '@clipfleet/platform';
import { transcodeWorkerConfigSchema } from './transcode-worker-config.js';
import { TranscodeWorkerModule } from './transcode-worker.module.js';

const config = loadConfigOrExit(transcodeWorkerConfigSchema);
await removeDeadScratch(config.scratchPath);
await startWorker({
  name: 'transcode-worker',
  config,
  consumes: { [workSubject.transcode]: config.concurrency },
  module: TranscodeWorkerModule.register(config),
});
