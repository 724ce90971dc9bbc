import { context, propagation, type Attributes, type Span, SpanKind, trace } from '@opentelemetry/api';
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

/** A subject, and what it has in common with others where one of its words is an id: names are of few values. */
export interface Destination {
  name: string;
  template?: string;
}

// OpenTelemetry semantic conventions 1.44, messaging (development): span name `{operation} {destination template or name}`
const spanName = (operation: 'send' | 'process', { name, template = name }: Destination): string =>
  `${operation} ${template}`;
const messagingAttributes = (operation: 'send' | 'process', { name, template }: Destination): Attributes => ({
  'messaging.system': 'nats',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': name,
  ...(template !== undefined && { 'messaging.destination.template': template }),
});

/**
 * PRODUCER span around a publication, its context put into the headers. Headers that already carry a context (an outbox row
 * written during a request) make the span a child of that one.
 */
export const withProducerSpan = <T>(
  destination: Destination,
  carrier: TraceCarrier,
  attributes: Attributes,
  fn: () => Promise<T>,
): Promise<T> =>
  withSpan(
    spanName('send', destination),
    { ...messagingAttributes('send', destination), ...attributes },
    () => {
      injectTrace(carrier);
      return fn();
    },
    { kind: SpanKind.PRODUCER, parent: propagation.extract(context.active(), carrier, getter) },
  );

/**
 * CONSUMER span around a handler: linked to the publication as the conventions ask, and its child too, as they allow where
 * messages are handled one by one: so an export is one trace from POST to completion.
 */
export const withConsumerSpan = <T>(
  destination: Destination,
  carrier: TraceCarrier,
  attributes: Attributes,
  fn: (span: Span) => Promise<T>,
): Promise<T> => {
  const parent = propagation.extract(context.active(), carrier, getter);
  const published = trace.getSpanContext(parent);
  return withSpan(
    spanName('process', destination),
    { ...messagingAttributes('process', destination), ...attributes },
    fn,
    { kind: SpanKind.CONSUMER, parent, links: published ? [{ context: published }] : [] },
  );
};

/** The active trace context into headers, e.g. of an outbox row. */
export const injectTrace = (carrier: TraceCarrier): void => propagation.inject(context.active(), carrier, setter);

/** The active trace context as plain headers (`{}` without tracing), for an outbox row. */
export const traceHeaders = (): Record<string, string> => {
  const headers: Record<string, string> = {};
  injectTrace({ get: (name) => headers[name], set: (name, value) => void (headers[name] = value) });
  return headers;
};
