import { trace } from '@opentelemetry/api';
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { hideSecrets, secretSerializers } from './hide-secrets.js';
import { createPrettyStream } from './pretty-stream.js';
import { currentLoggedWork, type LoggedWork } from './work-context.js';

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which app speaks: `gateway`, `segment-worker`… */
  app: string;
  level: string;
  /** Readable lines, if stdout is a terminal. */
  pretty?: boolean;
  /** Instead of stdout. */
  destination?: DestinationStream;
}

/** JSON lines to stdout, each with the fields of the work it belongs to and the trace it is part of. */
export const createLogger = (options: LoggerOptions): Logger => {
  const pretty = options.pretty === true && process.stdout.isTTY;
  const destination = options.destination ?? (pretty ? createPrettyStream(process.stdout) : process.stdout);
  return pino(
    {
      level: options.level,
      base: { app: options.app, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      mixin: () => ({ ...currentLoggedWork(), ...currentTrace() }),
      formatters: { log: hideSecrets },
      // what a child is bound to
      serializers: { err: stdSerializers.err, ...secretSerializers },
    },
    destination,
  );
};

const currentTrace = (): { traceId?: string } => {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === undefined ? {} : { traceId };
};

/** Bound to an export or task, for code that runs outside of a handled message (sweeps, timers). */
export const childLogger = (logger: Logger, fields: LoggedWork): Logger => logger.child(fields);
