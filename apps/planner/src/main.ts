import '@clipfleet/platform/otel';
import 'reflect-metadata';
import { workSubject } from '@clipfleet/contracts';
import { startWorker } from '@clipfleet/jetstream';
import { loadConfigOrExit } from '@clipfleet/platform';
import { plannerConfigSchema } from './planner-config.js';
import { PlannerModule } from './planner.module.js';

const config = loadConfigOrExit(plannerConfigSchema);
await startWorker({
  name: 'planner',
  config,
  consumes: { [workSubject.plan]: config.concurrency },
  module: PlannerModule.register(config),
});
