import { z } from 'zod';
import { type Chart, replicas, resources } from './chart.js';

const budget = z.strictObject({ minAvailable: z.literal(1) });

/** The server of metrics is `metricsServer` where it is one, and `metricServer` among resources and budgets. */
export const keda: Chart = {
  name: 'kedacore/keda',
  version: '2.21.1',
  files: ['keda.yaml'],
  values: z.strictObject({
    // what k8s/base is in; the chart takes it as text, not as a list
    watchNamespace: z.literal('clipfleet'),
    operator: z.strictObject({ replicaCount: replicas }),
    metricsServer: z.strictObject({ replicaCount: replicas }),
    resources: z.strictObject({ operator: resources, metricServer: resources }),
    podDisruptionBudget: z.strictObject({ operator: budget, metricServer: budget }),
    prometheus: z.strictObject({
      // the monitor without the metrics would find no port
      operator: z.strictObject({
        enabled: z.literal(true),
        podMonitor: z.strictObject({ enabled: z.literal(true) }),
      }),
    }),
  }),
};
