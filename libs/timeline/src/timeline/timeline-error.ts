/** Why a playlist, a range or a plan was refused. Closed; each code has the same name in the fleet's error table. */
export type TimelineErrorCode =
  | 'bad-parameter'
  | 'playlist-invalid'
  | 'playlist-too-large'
  | 'unsupported-source'
  | 'source-missing'
  | 'too-long'
  | 'range-outside-recording'
  | 'recording-stopped'
  | 'no-wall-clock'
  | 'gap'
  | 'segment-missing';

/** The one error of this library. `details` are plain data: line, key, bounds. Never a secret. */
export class TimelineError extends Error {
  override readonly name = 'TimelineError';

  constructor(
    readonly code: TimelineErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** A refusal at a line of the playlist (1-based). */
export const atLine = (
  code: 'playlist-invalid' | 'unsupported-source',
  line: number | undefined,
  message: string,
): TimelineError =>
  line === undefined ? new TimelineError(code, message) : new TimelineError(code, `Line ${line}: ${message}`, { line });
