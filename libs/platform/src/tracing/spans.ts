import { context, type Attributes, type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** No-op unless `@clipfleet/platform/otel` started an SDK. */
const tracer = () => trace.getTracer('clipfleet');

export interface SpanOptions {
  kind?: SpanKind;
  /** Instead of the active one. */
  parent?: Context;
}

/** Runs `fn` inside a span that ends with it and keeps its error. High-cardinality ids belong here, not into metrics. */
export const withSpan = async <T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Promise<T> | T,
  options: SpanOptions = {},
): Promise<T> => {
  const parent = options.parent ?? context.active();
  const span = tracer().startSpan(name, { attributes, kind: options.kind ?? SpanKind.INTERNAL }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => fn(span));
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
};

export const currentTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;
