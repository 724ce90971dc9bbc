import type { z } from 'zod';
import {
  choiceVariable,
  flagVariable,
  integerVariable,
  jsonVariable,
  optional,
  portVariable,
  textVariable,
  type Variable,
  urlVariable,
} from './variable.js';

/** What every app of the fleet has. Spread it into the app's own `defineConfig({ ...baseVariables, … })`. */
export const baseVariables = {
  logLevel: choiceVariable('CLIPFLEET_LOG_LEVEL', {
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    description: 'Least severe level that is logged: fatal, error, warn, info, debug, trace or silent.',
  }),
  logPretty: flagVariable('CLIPFLEET_LOG_PRETTY', {
    default: false,
    description: 'Readable lines instead of JSON, where the output is a terminal.',
  }),
  opsHost: textVariable('CLIPFLEET_OPS_HOST', {
    default: '0.0.0.0',
    description: 'Address of /metrics, /healthz and /readyz.',
  }),
  opsPort: portVariable('CLIPFLEET_OPS_PORT', {
    default: 9090,
    description: 'Port of /metrics, /healthz and /readyz. 0: any free one, told in the log.',
  }),
  natsUrl: textVariable('CLIPFLEET_NATS_URL', {
    default: 'nats://127.0.0.1:4222',
    secret: true,
    pattern: /^((nats|tls):\/\/[^,\s]+)(,(nats|tls):\/\/[^,\s]+)*$/,
    description: 'NATS servers, comma separated: `nats://` or `tls://`, with `user:password@` or `token@` if they ask.',
  }),
  natsReplicas: integerVariable('CLIPFLEET_NATS_REPLICAS', {
    default: 1,
    min: 1,
    max: 5,
    description: 'Copies of each stream: 3 in a NATS cluster of three.',
  }),
  ackWaitMs: integerVariable('CLIPFLEET_ACK_WAIT_MS', {
    default: 30_000,
    min: 500,
    max: 3_600_000,
    description:
      'A message whose process has been silent for so long goes to another one. Running work is heard of three times as often. ' +
      'The same for all apps.',
  }),
  shutdownGraceMs: integerVariable('CLIPFLEET_SHUTDOWN_GRACE_MS', {
    default: 25_000,
    min: 0,
    max: 3_600_000,
    description: 'How long running work may go on after SIGTERM before it is handed to another process.',
  }),
  maxDeaths: integerVariable('CLIPFLEET_MAX_DEATHS', {
    default: 5,
    min: 1,
    max: 25,
    description:
      'Processes that may die of a piece of work before its export fails. A shutdown and a failed attempt are no such death; a node ' +
      'that is lost is one. More where nodes are taken away without a word.',
  }),
  otelEndpoint: optional(
    urlVariable('OTEL_EXPORTER_OTLP_ENDPOINT', {
      protocols: ['http', 'https'],
      description: 'Where traces go (OTLP). Unset: no tracing. The other standard OTEL_* variables apply too.',
    }),
  ),
} as const;

/**
 * CLIPFLEET_STORES, for the apps that touch objects. The schema of one store is object-store's (`storeConfigSchema`), which
 * this lib may not import.
 */
export const storesVariable = <T extends { id: string }>(storeConfigSchema: z.ZodType<T>): Variable<T[]> =>
  jsonVariable('CLIPFLEET_STORES', {
    schema: storeConfigSchema
      .array()
      .min(1)
      .superRefine((stores, context) => {
        const ids = stores.map((store) => store.id);
        const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
        for (const id of new Set(twice))
          context.addIssue({ code: 'custom', message: `store id ${JSON.stringify(id)} is used twice` });
      }),
    description: 'JSON array of the stores: where recordings are read and outputs written, with credentials.',
  });
