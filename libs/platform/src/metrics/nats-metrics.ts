import { defineCounter, defineGauge } from './registry.js';

export const natsRoundTripSeconds = defineGauge({
  name: 'nats_round_trip_seconds',
  help: 'Time from a ping to its pong on the connection of this gateway to NATS.',
  labels: [],
});

export const natsReconnectsTotal = defineCounter({
  name: 'nats_reconnects_total',
  help: 'Times this process was connected to NATS again after its connection was lost.',
  labels: [],
});

/** Of the account of the fleet: every gateway tells the same, take the maximum. Each copy of a stream counts. */
export const jetstreamStorageBytes = defineGauge({
  name: 'jetstream_storage_bytes',
  help: 'Storage that the streams of the fleet take on the disks of the NATS servers.',
  labels: [],
});

/** Absent where the account has no limit (`max_store`). */
export const jetstreamStorageLimitBytes = defineGauge({
  name: 'jetstream_storage_limit_bytes',
  help: 'Storage that the streams of the fleet may take; beyond it nothing is published.',
  labels: [],
});

/** `sort`: streams, consumers. */
export const jetstreamAssets = defineGauge({
  name: 'jetstream_assets',
  help: 'Streams and consumers of the fleet.',
  labels: ['sort'],
});
