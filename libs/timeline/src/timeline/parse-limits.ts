import { TimelineError } from './timeline-error.js';

/** What a playlist may cost before it is refused as `playlist-too-large`. */
export interface ParseLimits {
  /** Checked against the text's length, before anything looks at it; the reader of the object checks its bytes. */
  maxPlaylistBytes: number;
  maxLines: number;
  maxLineBytes: number;
  maxSegments: number;
  maxSegmentDurationMs: number;
}

/** 100,000 segments: 24 h of 1 s segments, with room for every tag a packager writes. */
export const DEFAULT_PARSE_LIMITS: ParseLimits = {
  maxPlaylistBytes: 32 * 1024 * 1024,
  maxLines: 1_000_000,
  maxLineBytes: 16 * 1024,
  maxSegments: 100_000,
  maxSegmentDurationMs: 24 * 3_600_000,
};

const tooLarge = (limit: keyof ParseLimits, allowed: number, found: number, what: string): TimelineError =>
  new TimelineError('playlist-too-large', `The playlist has ${found} ${what}; at most ${allowed} are allowed.`, {
    limit,
    allowed,
    found,
  });

export const checkPlaylistSize = (text: string, limits: ParseLimits): void => {
  if (text.length > limits.maxPlaylistBytes) {
    throw tooLarge('maxPlaylistBytes', limits.maxPlaylistBytes, text.length, 'bytes');
  }
};

export const checkLineCount = (count: number, limits: ParseLimits): void => {
  if (count > limits.maxLines) throw tooLarge('maxLines', limits.maxLines, count, 'lines');
};

export const checkSegmentCount = (count: number, limits: ParseLimits): void => {
  if (count > limits.maxSegments) throw tooLarge('maxSegments', limits.maxSegments, count, 'segments');
};
