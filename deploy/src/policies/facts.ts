import { messageTable, SHUTDOWN_TAIL_MS } from '@clipfleet/jetstream';
import { type AppName, MAX_PAYLOAD_BYTES } from '@clipfleet/local-stack';
import type { ConfigSchema } from '@clipfleet/platform';
import { type KnownMetrics, metricsOfCode } from '../promql/known-metrics.js';
import type { Manifests } from '../kubernetes/manifests.js';

/** What the code says, for manifests to agree with. */
export interface Facts {
  configs: Readonly<Record<AppName, ConfigSchema>>;
  /** Stream → its durable consumers. */
  consumers: ReadonlyMap<string, ReadonlySet<string>>;
  metrics: KnownMetrics;
  /** From the end of the grace to the end of the process, at most. */
  shutdownTailMs: number;
  maxPayloadBytes: number;
}

/** Lines that name the object and what is wrong with it; none when all is well. */
export type Policy = (manifests: Manifests, facts: Facts) => string[];

/** The configurations come from the apps, which a tool may not import: who calls knows both. */
export const factsOfCode = (configs: Facts['configs']): Facts => ({
  configs,
  consumers: new Map(
    [...new Set(messageTable.map(({ stream }) => stream))].map((stream) => [
      stream,
      new Set(messageTable.filter((row) => row.stream === stream).map(({ durable }) => durable)),
    ]),
  ),
  metrics: metricsOfCode(),
  shutdownTailMs: SHUTDOWN_TAIL_MS,
  maxPayloadBytes: MAX_PAYLOAD_BYTES,
});
