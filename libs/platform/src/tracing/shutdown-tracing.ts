import { ProxyTracerProvider, trace } from '@opentelemetry/api';

export const TRACING_SHUTDOWN_MS = 2_000;

/** Sends the spans that are left and stops tracing; OpsModule does it as the last step of a shutdown. Bounded in time. */
export const shutdownTracing = async (timeoutMs = TRACING_SHUTDOWN_MS): Promise<void> => {
  const provider = trace.getTracerProvider();
  const sdk = (provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider) as Partial<{
    shutdown: () => Promise<void>;
  }>;
  if (!sdk.shutdown) return;
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
  // a collector that is gone must not keep the process
  await Promise.race([sdk.shutdown().catch(() => undefined), timeout]);
};
