import { type Attributes, trace } from '@opentelemetry/api';
import type { Logger } from '../logging/logger.js';

export interface BusinessEventOptions<F extends Attributes> {
  /** `export.completed`, `task.retried`: past tense, the same in logs and traces. */
  name: string;
  level?: 'info' | 'warn' | 'error';
  /** Low-cardinality labels only; ids stay in the log and the span. */
  observe?: (fields: F) => void;
}

/**
 * Something that matters to the business happened: one call makes the log line, the metric and the span event, so that the
 * three never tell different stories.
 */
export const defineEvent =
  <F extends Attributes>(options: BusinessEventOptions<F>) =>
  (logger: Logger, fields: F): void => {
    const line: object = { event: options.name, ...fields };
    logger[options.level ?? 'info'](line, options.name);
    options.observe?.(fields);
    trace.getActiveSpan()?.addEvent(options.name, fields);
  };
