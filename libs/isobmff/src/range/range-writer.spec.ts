import { describe, expect, it } from '@jest/globals';
import { type DemuxedSample, toLengthPrefixed } from '@clipfleet/mpegts';
import { VarintReader } from '../bytes/varint.js';
import { makeRange } from '../testing/make-range.js';
import {
  audioConfig,
  audioFrames,
  hevcConfig,
  interleave,
  video,
  videoConfig,
  videoFrames,
} from '../testing/samples.js';
import { RangeWriter } from './range-writer.js';

const samples = interleave<DemuxedSample>(videoFrames(60, 30), audioFrames(94));

function chunksOf(bytes: Uint8Array): number[][] {
  const reader = new VarintReader(bytes);
  const chunks: number[][] = [];
  while (!reader.atEnd) chunks.push([reader.unsigned(), reader.unsigned(), reader.unsigned()]);
  return chunks;
}

describe('range writer', () => {
  it('interleaves chunks of a quarter of a second', () => {
    const { report } = makeRange(samples);
    const chunks = chunksOf(report.chunks);
    expect(chunks).toHaveLength(report.chunkCount);
    expect(chunks.slice(0, 4)).toEqual([
      // A chunk is complete with the sample that no longer belongs to it: 12 frames of audio end before 8 pictures.
      [1, 2, 12],
      [0, 1, 8],
      [1, 2, 12],
      [0, 1, 8],
    ]);
    expect(chunks.reduce((sum, [, , count]) => sum + count, 0)).toBe(60 + 94);
  });

  it('gives the payload it reports', () => {
    const { payload, report } = makeRange(samples);
    expect(payload.reduce((sum, bytes) => sum + bytes.length, 0)).toBe(report.payloadBytes);
    expect(report.payloadBytes).toBe(60 * 3 + 94 * 2);
  });

  it('holds no more than a chunk of each track, however long the range', () => {
    const writer = new RangeWriter();
    const video = videoConfig();
    const audio = audioConfig();
    let held = 0;
    let most = 0;
    for (const sample of interleave<DemuxedSample>(videoFrames(3000, 30), audioFrames(4700))) {
      held += sample.data.length;
      for (const bytes of writer.push(sample, sample.kind === 'video' ? video : audio)) held -= bytes.length;
      most = Math.max(most, held);
    }
    expect(most).toBeLessThanOrEqual(8 * 3 + 12 * 2);
  });

  it('describes equal configurations once, whatever their bit rate, PID and place', () => {
    const first = videoConfig();
    const again = videoConfig({ streamIndex: 3, runIndex: 1, language: 'deu' });
    const other = videoConfig({ levelIdc: 40 });
    const configs = [first, again, other];
    const { report } = makeRange(videoFrames(3, 1), ({ dtsTicks }) => configs[dtsTicks / 3000]);
    expect(report.configs).toEqual([first, other]);
    expect(chunksOf(report.chunks)).toEqual([
      [0, 1, 2],
      [0, 2, 1],
    ]);
  });

  describe('of HEVC', () => {
    const config = hevcConfig();
    const sets = [...config.vps, ...config.sps, ...config.pps];
    const picture = Uint8Array.of(19 << 1, 1, 0x80, 7);
    const keyframe = video(0, { keyframe: true, data: toLengthPrefixed([...sets, picture]) });
    const next = video(3000, { data: toLengthPrefixed([picture]) });

    it('leaves out parameter sets that are in the configuration, and hands them over', () => {
      const leftOut: Uint8Array[] = [];
      const writer = new RangeWriter((pieces) => void leftOut.push(...pieces));
      const begun = [keyframe, next].flatMap((sample) => writer.push(sample, config));
      const { payload, report } = writer.finish();
      expect(Buffer.concat([...begun, ...payload])).toEqual(Buffer.from(toLengthPrefixed([picture, picture])));
      expect(Buffer.concat(leftOut)).toEqual(Buffer.from(toLengthPrefixed(sets)));
      expect(report).toMatchObject({ payloadBytes: 16, spans: [{ sampleCount: 2, payloadBytes: 16 }] });
      expect(chunksOf(report.chunks)).toEqual([[0, 1, 2]]);
      expect([...report.spans[0].columns.sizes]).toEqual([8, 8]);
    });

    it.each([
      ['not in the configuration', hevcConfig({ pps: [] })],
      ['there before any configuration', undefined],
    ])('keeps parameter sets that are %s', (_, known) => {
      const { payload } = makeRange([keyframe], () => known);
      expect(Buffer.concat(payload)).toEqual(Buffer.from(keyframe.data));
    });
  });

  it('keeps runs apart', () => {
    const runs = [...videoFrames(3, 1), ...videoFrames(3, 1, 500, { runIndex: 1 })];
    const { report } = makeRange(runs);
    expect(
      report.spans.map(({ runIndex, firstDtsTicks, lastDtsTicks }) => [runIndex, firstDtsTicks, lastDtsTicks]),
    ).toEqual([
      [0, 0, 6000],
      [1, 500, 6500],
    ]);
  });
});
