import { defineCounter, defineHistogram } from './registry.js';

/** `path`: `store_copy` (copied inside the store, no byte through us) or `worker`. */
export const bytesTotal = defineCounter({
  name: 'bytes_total',
  help: 'Bytes of output written.',
  labels: ['path'],
});

export const transcodeSpeedRatio = defineHistogram({
  name: 'transcode_speed_ratio',
  help: 'Media seconds encoded per second of wall time.',
  labels: ['kind'],
  buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 50, 100],
});
