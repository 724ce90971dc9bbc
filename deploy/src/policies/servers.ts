import { readNatsValues } from './values.js';

/** Where charts and operators let their servers listen: as our values say, else by their own defaults. */
export const natsPorts = (): Record<'clients' | 'routes' | 'monitor' | 'metrics', number> => {
  const { config, promExporter } = readNatsValues();
  return { clients: 4222, routes: 6222, monitor: config.monitor.port, metrics: promExporter.port };
};

/** CloudNativePG: Postgres, what its instances tell each other and the operator, and its exporter. */
export const LEDGER_PORTS = { clients: 5432, status: 8000, metrics: 9187 } as const;

/** Namespaces that deploy/README.md installs into. */
export const NAMESPACES = {
  ingress: 'ingress',
  keda: 'keda',
  ledgerOperator: 'cnpg-system',
  monitoring: 'monitoring',
} as const;

/** Of the chart kube-prometheus-stack, whatever the release is called. */
export const PROMETHEUS_ADDRESS = `http://prometheus-operated.${NAMESPACES.monitoring}.svc.cluster.local:9090`;
