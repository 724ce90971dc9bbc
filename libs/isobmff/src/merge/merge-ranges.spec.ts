import { describe, expect, it } from '@jest/globals';
import type { DemuxedSample } from '@clipfleet/mpegts';
import { topBoxes } from '../box/box-view.js';
import { readMovie } from '../movie/read-movie.js';
import type { RangeReport } from '../report/range-report.js';
import { makeRange } from '../testing/make-range.js';
import { audio, audioConfig, audioFrames, interleave, video, videoConfig, videoFrames } from '../testing/samples.js';
import { mergeRanges } from './merge-ranges.js';

const second = (startTicks: number, runIndex = 0): DemuxedSample[] =>
  interleave<DemuxedSample>(videoFrames(30, 30, startTicks, { runIndex }), audioFrames(47, startTicks, { runIndex }));

const merge = (...reports: RangeReport[]) => {
  const merged = mergeRanges(reports, { container: 'mp4' });
  return { ...merged, movie: readMovie(merged.headerBytes.subarray(0, -16)) };
};

const reportOf = (samples: DemuxedSample[]): RangeReport => makeRange(samples).report;

describe('merging ranges', () => {
  it('gives edges the duration up to the next range', () => {
    const gap = [...videoFrames(2, 2), video(6000 + 4500)];
    const { movie } = merge(reportOf(gap.slice(0, 2)), reportOf(gap.slice(2)));
    expect([...movie.tracks[0].tables.durations.expand()].slice(0, 2)).toEqual([3000, 7500]);
  });

  it('gives the only picture of the last range the duration of the one before', () => {
    const slow = [0, 1, 2].map((index) => video(index * 45_000, { keyframe: index === 0 }));
    const { movie } = merge(reportOf(slow.slice(0, 2)), reportOf(slow.slice(2)));
    expect([...movie.tracks[0].tables.durations.expand()]).toEqual([45_000, 45_000, 45_000]);
  });

  it('is the same in one range and in many', () => {
    const whole = [...second(0), ...second(90_240), ...second(180_480)];
    const one = merge(reportOf(whole)).movie;
    const many = merge(reportOf(second(0)), reportOf(second(90_240)), reportOf(second(180_480))).movie;
    const times = ({ tracks }: typeof one) =>
      tracks.map(({ tables, edits }) => [
        edits,
        [...tables.durations.expand()],
        tables.sizesBytes,
        tables.syncSampleNumbers,
      ]);
    expect(times(many)).toEqual(times(one));
  });

  it('puts chunks where the payloads are, padding included', () => {
    const first = makeRange(second(0)).report;
    const { movie, headerBytes, payloadBytes, totalBytes } = merge(
      { ...first, paddingBytes: 1000 },
      reportOf(second(90_000)),
    );
    expect(payloadBytes).toBe(2 * first.payloadBytes + 1000);
    expect(totalBytes).toBe(headerBytes.length + payloadBytes);
    const offsets = movie.tracks.flatMap(({ tables }) => tables.chunkOffsets).sort((a, b) => a - b);
    expect(offsets[0]).toBe(headerBytes.length);
    expect(offsets).toContain(headerBytes.length + first.payloadBytes + 1000);
  });

  it('ends with the header of an mdat that holds everything', () => {
    const { headerBytes, payloadBytes } = merge(reportOf(second(0)));
    const view = new DataView(headerBytes.buffer, headerBytes.byteOffset + headerBytes.length - 16);
    expect(view.getBigUint64(8)).toBe(BigInt(payloadBytes + 16));
  });

  it.each([
    ['below 4 GiB', 2 ** 32 - 10_000, 'stco'],
    ['beyond 4 GiB', 2 ** 32, 'co64'],
  ])('counts chunk offsets %s in %s', (_name, paddingBytes, type) => {
    const { movie, headerBytes } = merge({ ...reportOf(second(0)), paddingBytes }, reportOf(second(90_000)));
    expect(new TextDecoder('latin1').decode(headerBytes)).toContain(type);
    expect(movie.tracks[0].tables.chunkOffsets.at(-1)).toBeGreaterThan(paddingBytes);
  });

  it.each([
    ['without free', 0, 0, ['ftyp', 'moov']],
    ['with free up to the least first part', 10_000, 2000, ['ftyp', 'moov', 'free']],
  ])('is laid out %s', (_name, minFirstPartBytes, reservedBytes, expected) => {
    const options = { container: 'mp4' as const, minFirstPartBytes, reservedBytes };
    const { headerBytes } = mergeRanges([reportOf(second(0))], options);
    expect(topBoxes(headerBytes.subarray(0, -16)).map(({ type }) => type)).toEqual(expected);
    expect(headerBytes.length).toBeGreaterThanOrEqual(minFirstPartBytes - reservedBytes);
    if (minFirstPartBytes > 0) expect(headerBytes.length).toBe(minFirstPartBytes - reservedBytes);
  });

  it.each([
    ['mp4', 'isom', 'mp4a'],
    ['mov', 'qt  ', 'wave'],
  ] as const)('writes %s as %s', (container, brand, box) => {
    const { headerBytes } = mergeRanges([reportOf(second(0))], { container });
    const text = new TextDecoder('latin1').decode(headerBytes);
    expect(text.slice(8, 12)).toBe(brand);
    expect(text).toContain(box);
  });

  it('describes a changed configuration by a further entry', () => {
    const other = videoConfig({ levelIdc: 40 });
    const changed = makeRange(videoFrames(30, 30, 90_000), () => other).report;
    const { movie, warnings } = merge(reportOf(videoFrames(30, 30)), changed, reportOf(videoFrames(30, 30, 180_000)));
    expect(movie.tracks[0].sampleEntries).toHaveLength(2);
    expect(movie.tracks[0].tables.chunks.map(({ descriptionIndex }) => descriptionIndex)).toEqual([1, 1, 2, 2, 1, 1]);
    expect(warnings.map(({ code }) => code)).toEqual(['configuration-changed']);
  });

  it('goes on with the configuration of the range before where one begins without', () => {
    const middle = makeRange(videoFrames(30, 90, 90_000), ({ dtsTicks }) =>
      dtsTicks < 120_000 ? undefined : videoConfig(),
    );
    const { movie } = merge(reportOf(videoFrames(30, 30)), middle.report);
    expect(movie.tracks[0].sampleEntries).toHaveLength(1);
    expect(movie.tracks[0].tables.sizesBytes).toHaveLength(60);
  });

  it('begins with the first picture that can be decoded', () => {
    const late = videoFrames(60, 90).map((sample, i) => ({ ...sample, keyframe: i === 20 }));
    const configOf = ({ kind, dtsTicks }: DemuxedSample) => {
      if (kind === 'audio') return audioConfig();
      return dtsTicks < 60_000 ? undefined : videoConfig();
    };
    const { report } = makeRange(interleave<DemuxedSample>(late, audioFrames(94)), configOf);
    const { movie, headerBytes } = merge(report);
    const [pictures] = movie.tracks;
    expect(pictures.tables.sizesBytes).toHaveLength(40);
    expect(pictures.edits).toEqual([
      { duration: 59_940, mediaTime: -1 },
      { duration: 120_000, mediaTime: 0 },
    ]);
    // The keyframe is the fifth of its chunk, and three chunks of audio lie before.
    const skippedBytes = 20 * 3 + 3 * 12 * 2;
    expect(pictures.tables.chunkOffsets[0]).toBe(headerBytes.length + skippedBytes);
    expect(() => merge(makeRange(late.slice(0, 20), () => undefined).report)).toThrow(
      expect.objectContaining({ code: 'nothing-to-write' }),
    );
  });

  it('refuses another sample rate by name', () => {
    const other = audioConfig({ sampleRateHz: 44_100 });
    const changed = makeRange([audio(90_240, { sampleRateHz: 44_100 })], () => other).report;
    expect(() => merge(reportOf(audioFrames(47)), changed)).toThrow(
      expect.objectContaining({
        code: 'sample-rate-changed',
        details: expect.objectContaining({ fromHz: 48_000, toHz: 44_100 }),
      }),
    );
  });

  it('refuses ranges without a sample', () => {
    expect(() => merge(reportOf([]))).toThrow(expect.objectContaining({ code: 'nothing-to-write' }));
  });

  it('refuses a report whose chunks do not make up its payload', () => {
    const report = reportOf(second(0));
    expect(() => merge({ ...report, payloadBytes: report.payloadBytes + 1 })).toThrow(
      expect.objectContaining({ code: 'report-invalid' }),
    );
  });

  it('lets a track be missing from a run', () => {
    const silent = videoFrames(30, 30, 0, { runIndex: 1 });
    const { movie, tracks } = merge(reportOf(second(0)), reportOf(silent), reportOf(second(0, 2)));
    expect(tracks.map(({ kind, sampleCount }) => [kind, sampleCount])).toEqual([
      ['video', 90],
      ['audio', 94],
    ]);
    // The last frame before the pause lasts until audio begins again, two seconds after the start.
    const durations = [...movie.tracks[1].tables.durations.expand()];
    expect(durations.slice(0, 47).reduce((sum, duration) => sum + duration, 0)).toBe(96_000);
  });

  it('moves a sample behind the one before it and says so', () => {
    const { movie, warnings } = merge(reportOf([video(0, { keyframe: true }), video(3000), video(3000), video(6000)]));
    expect([...movie.tracks[0].tables.durations.expand()].slice(0, 3)).toEqual([3000, 1, 2999]);
    expect([...movie.tracks[0].tables.compositionOffsets.expand()]).toEqual([0, 0, -1, 0]);
    expect(warnings.map(({ code }) => code)).toEqual(['times-clamped']);
  });

  it('enables one track of each kind and keeps languages', () => {
    const german = audioConfig({ pid: 300, streamIndex: 2, language: 'deu' });
    const samples = interleave<DemuxedSample>(second(0), audioFrames(47, 0, { pid: 300 }));
    const configOf = (sample: DemuxedSample) =>
      ({ 256: videoConfig(), 257: audioConfig({ language: 'eng' }), 300: german })[sample.pid] ?? german;
    const { movie } = merge(makeRange(samples, configOf).report);
    expect(movie.tracks.map(({ enabled, language }) => [enabled, language])).toEqual([
      [true, 'und'],
      [true, 'eng'],
      [false, 'deu'],
    ]);
  });

  it('counts beyond 2^32 ticks', () => {
    const late = 2 ** 33 - 45_000;
    const ranges = Array.from({ length: 6 }, (_, i) =>
      reportOf([video((late + i * 800_000) % 2 ** 33, { keyframe: true })]),
    );
    expect(merge(...ranges).movie.tracks[0].mediaDuration).toBe(5 * 800_000 + 3000);
    const long = makeRange([video(0, { keyframe: true }), video(2 ** 32 + 5)]).report;
    expect(() => merge(long)).toThrow(expect.objectContaining({ code: 'value-out-of-range' }));
    const day = makeRange(Array.from({ length: 6 }, (_, i) => video(i * 2 ** 30, { keyframe: true }))).report;
    expect(merge(day).movie.duration).toBe(6 * 2 ** 30);
  });
});
