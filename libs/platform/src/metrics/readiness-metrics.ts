import { defineGauge } from './registry.js';

/** As `/readyz` answers, asked at each scrape. */
export const ready = defineGauge({
  name: 'ready',
  help: '1 while this process should get traffic or work, else 0.',
  labels: [],
});

/** `check`: nats, ledger, http, shutdown. */
export const readinessCheck = defineGauge({
  name: 'readiness_check',
  help: '1 while what the check looks at is there, else 0.',
  labels: ['check'],
});
