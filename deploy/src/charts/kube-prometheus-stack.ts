import { z } from 'zod';
import { type Chart, quantity } from './chart.js';

/** `{}` is all namespaces; null would be that of Prometheus alone, and labels would have to be put on ours. */
const allNamespaces = z.strictObject({});

export const kubePrometheusStack: Chart = {
  name: 'prometheus-community/kube-prometheus-stack',
  version: '92.20.0',
  files: ['prometheus.yaml'],
  values: z.strictObject({
    prometheus: z.strictObject({
      prometheusSpec: z.strictObject({
        // the longest window of the rules is 3 days, and a month is what the promise is for
        retention: z.string().regex(/^\d+[dwy]$/),
        enableFeatures: z
          .array(z.string())
          .refine((all) => all.includes('exemplar-storage'), 'keeps no traces of slow things'),
        // true: only what has the label of this release, which our monitors and rules have not
        podMonitorSelectorNilUsesHelmValues: z.literal(false),
        ruleSelectorNilUsesHelmValues: z.literal(false),
        podMonitorNamespaceSelector: allNamespaces,
        ruleNamespaceSelector: allNamespaces,
        storageSpec: z.strictObject({
          volumeClaimTemplate: z.strictObject({
            spec: z.strictObject({
              accessModes: z.tuple([z.literal('ReadWriteOnce')]),
              resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }),
            }),
          }),
        }),
      }),
    }),
    grafana: z.strictObject({
      sidecar: z.strictObject({
        dashboards: z.strictObject({
          enabled: z.literal(true),
          // of the ConfigMaps of deploy/grafana
          label: z.literal('grafana_dashboard'),
          searchNamespace: z.literal('ALL'),
        }),
      }),
    }),
  }),
};
