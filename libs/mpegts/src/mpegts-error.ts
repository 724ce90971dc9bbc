/**
 * What stops this library; everything else is a warning.
 * - `not-mpegts`: no packet was found in the bytes.
 * - `no-keyframe`: a keyframe cut found no keyframe at all.
 * - `no-clock`: a cut needs the start of a piece, but the piece has no time stamp.
 * - `access-unit-too-large`: one access unit or PES grew beyond any sane size: the stream is damaged.
 */
export type MpegtsErrorCode = 'not-mpegts' | 'no-keyframe' | 'no-clock' | 'access-unit-too-large';

export class MpegtsError extends Error {
  override readonly name = 'MpegtsError';

  constructor(
    readonly code: MpegtsErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
