/**
 * `@clipfleet/platform/otel`, the first import of every main.ts: starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set.
 *
 * Synchronous on purpose: modules imported after it must find http and pg patched, and an `await` here would let them run
 * first. Without an endpoint nothing of the SDK is loaded.
 */
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';

const startTracing = (): void => {
  // the SDK would also collect metrics and logs and send them: Prometheus asks for ours, and each costs something a request
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const require = createRequire(import.meta.url);
  const { NodeSDK } = require('@opentelemetry/sdk-node') as typeof import('@opentelemetry/sdk-node');
  const { HttpInstrumentation } =
    require('@opentelemetry/instrumentation-http') as typeof import('@opentelemetry/instrumentation-http');
  const { PgInstrumentation } =
    require('@opentelemetry/instrumentation-pg') as typeof import('@opentelemetry/instrumentation-pg');
  // probes and scrapes would drown the exports
  const isOps = (url: string | undefined) => /^\/(metrics|healthz|readyz)\b/.test(url ?? '');
  // shut down by OpsModule (`shutdownTracing`), not by a SIGTERM listener: Nest raises the signal again when its own shutdown is done
  const sdk = new NodeSDK({
    serviceName: process.env['OTEL_SERVICE_NAME'] ?? `clipfleet-${appName()}`,
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: (request) => isOps(request.url),
        // a call outside of a request or message (polls, sweeps) is noise; so is a query
        requireParentforOutgoingSpans: true,
      }),
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    ],
  });
  sdk.start();
};

/** `…/apps/gateway/dist/bundle.js` → `gateway` */
const appName = (): string => basename(dirname(dirname(process.argv[1] ?? 'unknown/dist/bundle.js')));

if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) startTracing();
