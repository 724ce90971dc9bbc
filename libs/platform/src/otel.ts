/**
 * `@clipfleet/platform/otel`, the first import of every main.ts: starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set.
 *
 * Synchronous on purpose: modules imported after it must find http patched, and an `await` here would let them run
 * first. Without an endpoint nothing of the SDK is loaded.
 */
import { trace } from '@opentelemetry/api';
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
  // shut down by OpsModule (`shutdownTracing`), not by a SIGTERM listener: Nest raises the signal again when its own shutdown is done
  const sdk = new NodeSDK({
    serviceName: process.env['OTEL_SERVICE_NAME'] ?? `clipfleet-${appName()}`,
    instrumentations: [
      new HttpInstrumentation({
        // it would wrap each request and its answer before it knows that nothing of them is kept: see request-span.ts
        disableIncomingRequestInstrumentation: true,
        // what is not recorded, or not part of a request or message (polls, sweeps), is not looked at
        ignoreOutgoingRequestHook: () => trace.getActiveSpan()?.isRecording() !== true,
      }),
    ],
  });
  sdk.start();
};

/** `…/apps/gateway/dist/bundle.js` → `gateway` */
const appName = (): string => basename(dirname(dirname(process.argv[1] ?? 'unknown/dist/bundle.js')));

if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) startTracing();
