import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '@clipfleet/contracts';
import type { Coverage, Output } from '@clipfleet/timeline';
import { isPromiseKept } from './export-promise.js';

const times = { exportSloMs: 60_000, exportSloCopyPercent: 5, exportSloEncodePercent: 100 };
const ACCEPTED_AT_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const copy = { container: 'mp4', codec: { kind: 'copy' }, pipeline: 'auto' } as Output;
const encode = { ...copy, codec: { kind: 'transcode', profile: 'default' } } as Output;

interface Case {
  output?: Output;
  mediaMs?: number;
  /** The media's end, by the wall clock, after the acceptance. */
  recordedAfterMs?: number;
  grownAfterMs?: number;
  endedAfterMs: number;
}

const ended = (errorCode: ErrorCode | null, { output = copy, endedAfterMs, ...times }: Case) => {
  const { mediaMs = 10_000, recordedAfterMs, grownAfterMs } = times;
  const endMs = recordedAfterMs === undefined ? mediaMs : ACCEPTED_AT_MS + recordedAfterMs;
  const span = { startMs: endMs - mediaMs, endMs };
  const clock: Coverage['clock'] = recordedAfterMs === undefined ? 'recording' : 'wall';
  const coverage = { clock, requested: span, segmentBounds: span, planned: span, achieved: span, missing: [] };
  return {
    state: errorCode === null ? ('completed' as const) : ('failed' as const),
    errorCode,
    output,
    result: errorCode === null ? { coverage, sizeBytes: 1, storeCopyBytes: 0, workerBytes: 1, warnings: [] } : null,
    acceptedAtMs: ACCEPTED_AT_MS,
    grownAtMs: grownAfterMs === undefined ? null : ACCEPTED_AT_MS + grownAfterMs,
    endedAtMs: ACCEPTED_AT_MS + endedAfterMs,
    updatedAtMs: ACCEPTED_AT_MS + endedAfterMs,
  };
};

describe('the promised time of an export', () => {
  it.each<[string, Case, boolean]>([
    ['a minute for a short clip', { endedAfterMs: MINUTE_MS }, true],
    ['not much more than that', { endedAfterMs: MINUTE_MS + 501 }, false],
    ['longer for an hour that is copied', { mediaMs: HOUR_MS, endedAfterMs: 4 * MINUTE_MS }, true],
    ['not for ever', { mediaMs: HOUR_MS, endedAfterMs: 4 * MINUTE_MS + 1 }, false],
    ['as long as it lasts for an encode', { output: encode, mediaMs: HOUR_MS, endedAfterMs: 61 * MINUTE_MS }, true],
    ['no more than that', { output: encode, mediaMs: HOUR_MS, endedAfterMs: 61 * MINUTE_MS + 1 }, false],
    [
      'one ffmpeg over the whole is an encode',
      { output: { ...copy, pipeline: 'single-ffmpeg' }, mediaMs: HOUR_MS, endedAfterMs: 61 * MINUTE_MS },
      true,
    ],
    [
      'nothing longer for a list of segments',
      { output: { ...copy, container: 'playlist' }, mediaMs: HOUR_MS, endedAfterMs: MINUTE_MS + 1 },
      false,
    ],
    ['from the last planning of what grew', { grownAfterMs: HOUR_MS, endedAfterMs: HOUR_MS + MINUTE_MS }, true],
    ['and no longer', { grownAfterMs: HOUR_MS, endedAfterMs: HOUR_MS + MINUTE_MS + 501 }, false],
    ['from the time it was recorded', { recordedAfterMs: HOUR_MS, endedAfterMs: HOUR_MS + MINUTE_MS }, true],
    ['from acceptance for what was recorded before', { recordedAfterMs: -HOUR_MS, endedAfterMs: 61_000 }, false],
  ])('is %s', (_name, given, isKept) => {
    expect(isPromiseKept(ended(null, given), times)).toBe(isKept);
  });

  it.each<[ErrorCode, boolean | undefined]>([
    ['internal', false],
    ['download-failed', false],
    ['upload-failed', false],
    ['transcode-failed', false],
    ['deadline-exceeded', false],
    ['source-missing', undefined],
    ['unsupported-source', undefined],
    ['recording-stopped', undefined],
    ['destination-exists', undefined],
  ])('of one that failed with %s is kept: %s', (code, isKept) => {
    expect(isPromiseKept(ended(code, { endedAfterMs: 1_000 }), times)).toBe(isKept);
  });

  it('is nothing to a cancelled one', () => {
    expect(isPromiseKept({ ...ended('cancelled', { endedAfterMs: 1 }), state: 'cancelled' }, times)).toBeUndefined();
  });
});
