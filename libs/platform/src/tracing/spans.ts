import {
  context,
  type Attributes,
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';

/** No-op unless `@clipfleet/platform/otel` started an SDK. */
export const tracer = trace.getTracer('clipfleet');

export interface SpanOptions {
  kind?: SpanKind;
  /** Instead of the active one. */
  parent?: Context;
  links?: Link[];
}

/** Runs `fn` inside a span that ends with it and keeps its error. High-cardinality ids belong here, not into metrics. */
export const withSpan = async <T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Promise<T> | T,
  options: SpanOptions = {},
): Promise<T> => {
  const parent = options.parent ?? context.active();
  const { kind = SpanKind.INTERNAL, links } = options;
  const span = tracer.startSpan(name, { attributes, kind, ...(links && { links }) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => fn(span));
  } catch (error) {
    tellError(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/**
 * The same, inside work that is recorded, and not at all elsewhere: for what is done often, and says nothing without what it
 * is done for.
 */
export const withChildSpan = <T>(
  name: string,
  attributes: () => Attributes,
  fn: () => Promise<T>,
  options: Pick<SpanOptions, 'kind'> = {},
): Promise<T> =>
  trace.getActiveSpan()?.isRecording() === true ? withSpan(name, attributes(), () => fn(), options) : fn();

/** For a failure that is handled: the span it is part of ends well, and tells it all the same. */
export const tellError = (span: Span, error: unknown): void => {
  const message = error instanceof Error ? error.message : String(error);
  span.recordException(error instanceof Error ? error : message);
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
};

/** Of few values, as the conventions ask. */
const errorType = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : '_OTHER';
};

/** Labels of an exemplar (OpenMetrics 1.0): the trace that is recorded now, and sent. */
export const exemplarLabels = (): Record<string, string> | undefined => {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { trace_id: span.traceId, span_id: span.spanId };
};

export const currentTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;
