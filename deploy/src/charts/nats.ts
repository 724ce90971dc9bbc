import { appNames, NATS_ACCOUNT } from '@clipfleet/local-stack';
import { z } from 'zod';
import { type Chart, quantity, resources } from './chart.js';

/** Written as it is into the server's configuration. */
const raw = z.string().regex(/^<< .+ >>$/);
const restricted = z.strictObject({
  allowPrivilegeEscalation: z.literal(false),
  readOnlyRootFilesystem: z.literal(true),
  capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
});
const container = z.strictObject({ resources, securityContext: restricted });
const spread = z.strictObject({
  maxSkew: z.literal(1),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
});
const permissions = z.strictObject({ publish: z.array(z.string()), subscribe: z.array(z.string()) });
const secretOf = z.strictObject({
  valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
});

const values = z.strictObject({
  config: z.strictObject({
    cluster: z.strictObject({ enabled: z.boolean(), replicas: z.int() }),
    jetstream: z.strictObject({
      enabled: z.literal(true),
      // streams in memory would be lost with their servers
      fileStore: z.strictObject({
        enabled: z.literal(true),
        pvc: z.strictObject({ enabled: z.literal(true), size: quantity }),
      }),
      memoryStore: z.strictObject({ enabled: z.literal(false) }),
    }),
    // where KEDA asks for the lag
    monitor: z.strictObject({ enabled: z.literal(true), port: z.int() }),
    merge: z.strictObject({
      max_payload: raw,
      accounts: z.strictObject({
        [NATS_ACCOUNT]: z.strictObject({
          jetstream: z.strictObject({ max_store: raw }),
          users: z.array(z.strictObject({ user: z.enum(appNames), password: raw, permissions })),
        }),
      }),
    }),
  }),
  container: z.strictObject({
    env: z.object({ GOMEMLIMIT: z.string().regex(/^\d+MiB$/) }).catchall(secretOf),
    merge: container,
  }),
  reloader: z.strictObject({ enabled: z.literal(true), merge: container }),
  promExporter: z.strictObject({ enabled: z.literal(true), port: z.int(), merge: container }),
  podTemplate: z.strictObject({
    topologySpreadConstraints: z.record(z.string(), spread).optional(),
    merge: z.strictObject({
      spec: z.strictObject({
        automountServiceAccountToken: z.literal(false),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int().min(1),
          runAsGroup: z.int().min(1),
          fsGroup: z.int().min(1),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
      }),
    }),
  }),
  podDisruptionBudget: z.strictObject({ enabled: z.literal(true) }),
  natsBox: z.strictObject({ enabled: z.literal(false) }),
});

export type NatsValues = z.infer<typeof values>;

export const natsOverlays = ['nats-dev.yaml', 'nats-large.yaml'] as const;

export const nats: Chart = {
  name: 'nats/nats',
  version: '2.12.3',
  files: ['nats.yaml', 'nats-users.yaml'],
  overlays: natsOverlays,
  values,
};
