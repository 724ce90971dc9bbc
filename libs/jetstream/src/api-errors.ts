import { JetStreamApiError } from '@nats-io/jetstream';
import { PermissionViolationError } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';

export const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;

/** JetStream API error codes: consumer not found, stream not found. */
const MISSING = [10_014, 10_059];
export const isMissing = (error: unknown): boolean => MISSING.some((code) => isApiError(error, code));

/** The user of this connection may not ask that. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof PermissionViolationError ||
  (error instanceof Error && error.cause instanceof PermissionViolationError);

/** A server that has just started, lost its leader or is being reached again: the same call will work soon. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? error.status === 503
    : error instanceof Error &&
      ['TimeoutError', 'NoRespondersError', 'RequestError', 'ConnectionError', 'JetStreamNotEnabled'].includes(
        error.name,
      );

const RETRY_MS = 250;
const GIVE_UP_MS = 60_000;

/** For start-up: waits out what passes, tells what does not. */
export const retryWhileUnavailable = async (fn: () => Promise<void>): Promise<void> => {
  const giveUpAtMs = Date.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await fn();
    } catch (error) {
      // missing: somebody else makes it, and is not done yet
      if (!(isUnavailable(error) || isMissing(error)) || Date.now() > giveUpAtMs) throw error;
      await delay(RETRY_MS);
    }
  }
};
