/**
 * - `port-busy`: a configured port is taken
 * - `already-running`: this folder's stack is up already
 * - `missing-program`: something has to be installed first
 * - `start-failed`: a program ended, or was not ready in time
 * - `unusable-directory`: the state directory cannot be used
 */
export type LocalStackErrorCode =
  'port-busy' | 'already-running' | 'missing-program' | 'start-failed' | 'unusable-directory';

/** Written for the person at the terminal: what is wrong and what to do. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';

  constructor(
    readonly code: LocalStackErrorCode,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
