import { z } from 'zod';
import { type Chart, replicas, resources } from './chart.js';

/** The operator. Its namespaces are all of them: `config.clusterWide` is left at its default. */
export const cloudnativePg: Chart = {
  name: 'cnpg/cloudnative-pg',
  version: '0.27.1',
  files: ['cloudnative-pg.yaml'],
  values: z.strictObject({
    replicaCount: replicas,
    resources,
    monitoring: z.strictObject({ podMonitorEnabled: z.literal(true) }),
  }),
};
