/**
 * Why an export was refused or failed. Closed: a new reason is a new line here, in the public table
 * (`errorTable`) and in the documentation.
 */
export const errorTable = {
  // refused before anything is recorded
  'bad-parameter': { errorCode: 18, httpStatus: 400, retryable: false, text: 'A field of the request is wrong.' },
  unauthenticated: { errorCode: 86, httpStatus: 401, retryable: false, text: 'The session or token is not known.' },
  'token-expired': { errorCode: 86, httpStatus: 401, retryable: false, text: 'The session or token has expired.' },
  'scope-missing': {
    errorCode: 87,
    httpStatus: 403,
    retryable: false,
    text: 'The token does not have the scope that this needs.',
  },
  forbidden: {
    errorCode: 87,
    httpStatus: 403,
    retryable: false,
    text: 'The tenant may not use this bucket or prefix.',
  },
  'not-found': { errorCode: 10, httpStatus: 404, retryable: false, text: 'There is no such export or file.' },
  'body-too-large': { errorCode: 18, httpStatus: 413, retryable: false, text: 'The request body is too large.' },
  'method-not-allowed': {
    errorCode: 18,
    httpStatus: 405,
    retryable: false,
    text: 'The address does not take this method.',
  },
  'unsupported-media-type': {
    errorCode: 18,
    httpStatus: 415,
    retryable: false,
    text: 'The request body must be application/json.',
  },
  'too-many-exports': {
    errorCode: 32,
    httpStatus: 429,
    retryable: true,
    text: 'The tenant has too many unfinished exports.',
  },
  'too-many-requests': {
    errorCode: 32,
    httpStatus: 429,
    retryable: true,
    text: 'The tenant sends too many requests.',
  },
  'not-answered': {
    errorCode: 99,
    httpStatus: 503,
    retryable: true,
    text: 'No worker answered in time. Ask again.',
  },
  // told by the planner
  'too-long': { errorCode: 31, httpStatus: 200, retryable: false, text: 'The range is longer than the limit.' },
  'source-not-located': {
    errorCode: 50,
    httpStatus: 200,
    retryable: false,
    text: 'The source storage is not configured or not reachable.',
  },
  'source-missing': { errorCode: 10, httpStatus: 200, retryable: false, text: 'The playlist does not exist.' },
  'playlist-invalid': { errorCode: 94, httpStatus: 200, retryable: false, text: 'The playlist cannot be understood.' },
  'playlist-too-large': { errorCode: 95, httpStatus: 200, retryable: false, text: 'The playlist is over a limit.' },
  'range-outside-recording': {
    errorCode: 91,
    httpStatus: 200,
    retryable: false,
    text: 'The range is not inside the recording.',
  },
  'recording-stopped': {
    errorCode: 88,
    httpStatus: 200,
    retryable: false,
    text: 'The recording stopped before the end of the range.',
  },
  'no-wall-clock': {
    errorCode: 96,
    httpStatus: 200,
    retryable: false,
    text: 'The recording has no wall-clock time, so an epoch StartPos cannot be found in it.',
  },
  gap: { errorCode: 92, httpStatus: 200, retryable: false, text: 'The recording has a hole inside the range.' },
  'segment-missing': {
    errorCode: 90,
    httpStatus: 200,
    retryable: false,
    text: 'A segment of the range does not exist.',
  },
  'unsupported-source': {
    errorCode: 97,
    httpStatus: 200,
    retryable: false,
    text: 'The source uses a feature that is not supported.',
  },
  // told by workers and assembly
  'download-failed': { errorCode: 51, httpStatus: 200, retryable: true, text: 'The source could not be read.' },
  undecodable: { errorCode: 93, httpStatus: 200, retryable: false, text: 'The media cannot be decoded.' },
  'transcode-failed': { errorCode: 20, httpStatus: 200, retryable: true, text: 'ffmpeg failed.' },
  'upload-failed': { errorCode: 21, httpStatus: 200, retryable: true, text: 'The output could not be written.' },
  'destination-not-writable': {
    errorCode: 21,
    httpStatus: 200,
    retryable: false,
    text: 'The destination does not exist or refuses writes.',
  },
  'destination-exists': {
    errorCode: 4,
    httpStatus: 200,
    retryable: false,
    text: 'An object is there already and is_cover is false.',
  },
  cancelled: { errorCode: 25, httpStatus: 200, retryable: false, text: 'The export was cancelled.' },
  'deadline-exceeded': {
    errorCode: 98,
    httpStatus: 200,
    retryable: false,
    text: 'The export took longer than the limit.',
  },
  internal: { errorCode: 99, httpStatus: 200, retryable: true, text: 'Something else went wrong.' },
} as const satisfies Record<string, { errorCode: number; httpStatus: number; retryable: boolean; text: string }>;

export type ErrorCode = keyof typeof errorTable;

/** Of a failed export: what a fleet in order does not answer. The others are told of the request, the recording or the destination. */
export const fleetFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'source-not-located',
  'not-answered',
  'download-failed',
  'transcode-failed',
  'upload-failed',
  'deadline-exceeded',
  'internal',
]);

export interface ClipfleetErrorOptions {
  /** Where and what: field, key, playlist line, box path, packet number. Shown to the client: never a secret or a local path. */
  details?: Record<string, unknown>;
  /** Overrides the table, when this occurrence is known better. */
  retryable?: boolean;
  cause?: unknown;
}

/** The one error class. `message` says what is wrong and where, in words a client can act on. */
export class ClipfleetError extends Error {
  override readonly name = 'ClipfleetError';
  readonly retryable: boolean;
  readonly details: Record<string, unknown>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ClipfleetErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable ?? errorTable[code].retryable;
    this.details = options.details ?? {};
  }
}

/** When a refused request is worth sending again, where the refusal knows it. */
export const askAgainMs = ({ details }: Pick<ClipfleetError, 'details'>): number | undefined => {
  const { retryAfterMs } = details;
  return typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
};

/** Any thrown value as a ClipfleetError; what is not one already is `internal`. */
export const toClipfleetError = (thrown: unknown): ClipfleetError =>
  thrown instanceof ClipfleetError
    ? thrown
    : new ClipfleetError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
