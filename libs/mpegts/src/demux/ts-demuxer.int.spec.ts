import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CLOCK_WRAP_TICKS } from '../rebase/stamps.js';
import { probeHead } from '../probe/probe-head.js';
import type { DemuxedSample } from '../sample.js';
import { collector, cutAt, demuxAll } from '../testing/collect.js';
import type { ProbedPacket, Recipe } from '../testing/media.js';
import { RECIPES, ffmpeg, makeScratch, makeTs, probePackets, removeScratch } from '../testing/media.js';
import { repackAudio } from '../testing/repack-audio.js';
import type { TsDemuxer } from './ts-demuxer.js';

let scratch: string;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => removeScratch(scratch));

interface Row {
  hash: string;
  keyframe: boolean;
  /** As on the wire. */
  pts: number;
  dts: number;
}

const wire = (ticks: number): number => ((ticks % CLOCK_WRAP_TICKS) + CLOCK_WRAP_TICKS) % CLOCK_WRAP_TICKS;

const rowOfSample = ({ data, keyframe, ptsTicks, dtsTicks }: DemuxedSample): Row => ({
  ...{ hash: `SHA256:${createHash('sha256').update(data).digest('hex')}`, keyframe },
  ...{ pts: wire(ptsTicks), dts: wire(dtsTicks) },
});

/** Data as ffmpeg stores it in a movie, times and flags as it reads them from the transport stream. */
const reference = async (file: string): Promise<Row[][]> => {
  // .mov would lead to hvc1, which has no parameter sets in band.
  const movie = `${file}.${file.includes('hevc') ? 'mp4' : 'mov'}`;
  await ffmpeg('-i', file, '-map', '0', '-c', 'copy', movie);
  const [times, data] = await Promise.all([probePackets(file), probePackets(movie)]);
  return times.map((packets, stream) => packets.map((packet, index) => rowOfPacket(packet, data[stream][index])));
};

const rowOfPacket = ({ pts, dts, flags }: ProbedPacket, { data_hash: hash }: ProbedPacket): Row => ({
  ...{ hash, keyframe: flags.startsWith('K'), pts: wire(pts), dts: wire(dts) },
});

/** Rounding of audio times between stamps differs by a tick. */
const expectRows = (rows: Row[], expected: Row[]): void => {
  expect(rows.map(({ hash, keyframe }) => ({ hash, keyframe }))).toEqual(
    expected.map(({ hash, keyframe }) => ({ hash, keyframe })),
  );
  const misses = rows.filter(
    ({ pts, dts }, index) => Math.abs(pts - expected[index].pts) > 1 || Math.abs(dts - expected[index].dts) > 1,
  );
  expect(misses).toEqual([]);
};

/** What samples are, by track; times of a range are those of the whole, but for a turn of its clock. */
const rowsByPid = (samples: readonly DemuxedSample[]): Map<number, string[]> => {
  const rows = new Map<number, string[]>();
  for (const sample of samples) {
    const { hash, keyframe, pts, dts } = rowOfSample(sample);
    const times = sample.kind === 'video' ? ` ${pts} ${dts}` : '';
    const track = rows.get(sample.pid) ?? [];
    track.push(`${hash} ${keyframe}${times}`);
    rows.set(sample.pid, track);
  }
  return rows;
};

/** Each chunk in memory that is used again. */
const pushChunks = (demuxer: TsDemuxer, bytes: Uint8Array, places: readonly number[]): void => {
  for (const chunk of cutAt(bytes, places)) {
    const lent = chunk.slice();
    demuxer.push(lent);
    lent.fill(0xff);
  }
};

describe('TsDemuxer', () => {
  it.each(Object.keys(RECIPES) as Recipe[])('delivers the packets of ffmpeg for %s', async (recipe) => {
    const file = await makeTs(scratch, recipe);
    const { samples, configs, demuxer } = demuxAll(await readFile(file));
    const streams = demuxer.program?.streams ?? [];
    const expected = await reference(file);
    expect(streams).toHaveLength(expected.length);
    for (const { pid, streamIndex } of streams) {
      const rows = samples.filter((sample) => sample.pid === pid).map(rowOfSample);
      expectRows(rows, expected[streamIndex]);
    }
    expect(configs).toHaveLength(streams.length);
    expect(demuxer.warnings).toEqual([]);
  });

  it.each(Object.keys(RECIPES) as Recipe[])(
    'delivers the same however the bytes are chunked, and to one range wherever ranges meet: %s',
    async (recipe) => {
      const bytes = new Uint8Array(await readFile(await makeTs(scratch, recipe)));
      const whole = rowsByPid(demuxAll(bytes).samples);
      const { programPackets } = probeHead(bytes);
      const nearBorder = fc.tuple(fc.nat(bytes.length), fc.array(fc.nat(bytes.length), { maxLength: 40 }));
      fc.assert(
        fc.property(nearBorder, ([border, places]) => {
          const [first, second] = [collector(), collector({ programPackets })];
          pushChunks(first.demuxer, bytes.subarray(0, border), places);
          first.demuxer.endOwn();
          pushChunks(first.demuxer, bytes.subarray(border), places);
          first.demuxer.flush();
          pushChunks(second.demuxer, bytes.subarray(border), places);
          second.demuxer.flush();
          expect(rowsByPid([...first.samples, ...second.samples])).toEqual(whole);
        }),
        { numRuns: 8 },
      );
    },
  );

  it('reads sizes, aspect ratio and scan from parameter sets as the encoder was told', async () => {
    const pictures = await Promise.all(
      (['h264', 'hevc', 'mpeg2video'] as const).map(async (codec) => {
        const file = path.join(scratch, `${codec}-format.ts`);
        const encoder = { h264: 'libx264', hevc: 'libx265', mpeg2video: 'mpeg2video' }[codec];
        const source = ['-f', 'lavfi', '-i', 'testsrc2=size=362x202:rate=25,setsar=4/3', '-frames:v', '5'];
        await ffmpeg(...source, '-pix_fmt', 'yuv420p', '-c:v', encoder, '-x265-params', 'log-level=none', file);
        return demuxAll(await readFile(file)).configs;
      }),
    );
    const size = { width: 362, height: 202 };
    expect(pictures.flat()).toMatchObject([
      { codec: 'h264', picture: { ...size, sarWidth: 4, sarHeight: 3, interlaced: false }, bitDepthLuma: 8 },
      { codec: 'hevc', picture: { ...size, sarWidth: 4, sarHeight: 3, interlaced: false }, chromaFormatIdc: 1 },
      // MPEG-2 knows display aspect ratios only.
      { codec: 'mpeg2video', picture: size },
    ]);
  });

  describe('on audio frames that straddle PES', () => {
    const AUDIO_PID = 0x101;
    let bytes: Uint8Array;
    let expected: Row[];

    beforeAll(async () => {
      const plain = await readFile(await makeTs(scratch, 'h264, aac'));
      expected = demuxAll(plain, { pids: [AUDIO_PID] }).samples.map(rowOfSample);
      bytes = repackAudio(plain, AUDIO_PID);
    });

    it('delivers the same frames', () => {
      const { samples, demuxer } = demuxAll(bytes, { pids: [AUDIO_PID] });
      expectRows(samples.map(rowOfSample), expected);
      expect(demuxer.warnings).toEqual([]);
    });

    it.each([188 * 100, 188 * 250 + 77])('delivers them once over ranges of %i bytes', (rangeBytes) => {
      const programPackets = bytes.subarray(188, 3 * 188);
      const samples: DemuxedSample[] = [];
      for (let from = 0; from < bytes.length; from += rangeBytes) {
        const range = collector({ programPackets, pids: [AUDIO_PID] });
        range.demuxer.push(bytes.subarray(from, from + rangeBytes));
        range.demuxer.endOwn();
        for (let at = from + rangeBytes; at < bytes.length && !range.demuxer.isComplete; at += 1000) {
          range.demuxer.push(bytes.subarray(at, at + 1000));
        }
        range.demuxer.flush();
        samples.push(...range.samples);
      }
      expectRows(samples.map(rowOfSample), expected);
    });

    it('agrees with ffmpeg', async () => {
      const file = path.join(scratch, 'straddling.ts');
      await writeFile(file, bytes);
      const movie = path.join(scratch, 'straddling.mov');
      await ffmpeg('-i', file, '-map', '0:a', '-c', 'copy', movie);
      const [packets] = await probePackets(movie);
      expect(packets.map(({ data_hash: hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
    });
  });
});
