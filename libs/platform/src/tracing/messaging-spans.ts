import { context, propagation, type Attributes, type Span, SpanKind } from '@opentelemetry/api';
import { withSpan } from './spans.js';

/** Headers of a message, whatever carries them. */
export interface TraceCarrier {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

const setter = { set: (carrier: TraceCarrier, key: string, value: string) => carrier.set(key, value) };
const getter = {
  get: (carrier: TraceCarrier, key: string) => carrier.get(key) || undefined,
  keys: () => ['traceparent', 'tracestate'],
};

// OpenTelemetry semantic conventions 1.44, messaging (development): span name `{operation} {destination}`
const messagingAttributes = (operation: 'send' | 'process', destination: string): Attributes => ({
  'messaging.system': 'nats',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': destination,
});

/**
 * PRODUCER span around a publication, its context put into the headers. Headers that already carry a context (an outbox row
 * written during a request) make the span a child of that one.
 */
export const withProducerSpan = <T>(
  destination: string,
  carrier: TraceCarrier,
  attributes: Attributes,
  fn: () => Promise<T>,
): Promise<T> =>
  withSpan(
    `send ${destination}`,
    { ...messagingAttributes('send', destination), ...attributes },
    () => {
      injectTrace(carrier);
      return fn();
    },
    { kind: SpanKind.PRODUCER, parent: propagation.extract(context.active(), carrier, getter) },
  );

/** CONSUMER span around a handler: child of the publication, so that an export is one trace from POST to completion. */
export const withConsumerSpan = <T>(
  destination: string,
  carrier: TraceCarrier,
  attributes: Attributes,
  fn: (span: Span) => Promise<T>,
): Promise<T> =>
  withSpan(`process ${destination}`, { ...messagingAttributes('process', destination), ...attributes }, fn, {
    kind: SpanKind.CONSUMER,
    parent: propagation.extract(context.active(), carrier, getter),
  });

/** The active trace context into headers, e.g. of an outbox row. */
export const injectTrace = (carrier: TraceCarrier): void => propagation.inject(context.active(), carrier, setter);

/** The active trace context as plain headers (`{}` without tracing), for an outbox row. */
export const traceHeaders = (): Record<string, string> => {
  const headers: Record<string, string> = {};
  injectTrace({ get: (name) => headers[name], set: (name, value) => void (headers[name] = value) });
  return headers;
};
