import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes.js';
import { demuxAll } from '../testing/collect.js';
import { annexB } from '../testing/es-samples.js';
import { pictureAdaptiveFrame } from '../testing/field-stream.js';
import { decode, ffmpeg, makeScratch, probePackets, removeScratch } from '../testing/media.js';
import { TsBuilder } from '../testing/ts-builder.js';

const VIDEO = { pid: 0x100, type: 0x1b };
const FRAME_TICKS = 3600;
const FIRST_TICKS = 90_000;

let scratch: string;
/** NAL units of pictures without reordering, as x264 writes them: a slice a picture and delimiters. */
let pictures: Uint8Array[][];

beforeAll(async () => {
  scratch = await makeScratch();
  const file = path.join(scratch, 'plain.ts');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x192:rate=25', '-t', '2', '-pix_fmt', 'yuv420p'];
  await ffmpeg(...source, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25', '-aud', '1', file);
  pictures = demuxAll(await readFile(file)).samples.map(({ data }) => nalsOf(data));
});
afterAll(() => removeScratch(scratch));

/** Units behind their lengths. */
const nalsOf = (data: Uint8Array): Uint8Array[] => {
  const nals: Uint8Array[] = [];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let at = 0; at < data.length; at += 4 + view.getUint32(at))
    nals.push(data.subarray(at + 4, at + 4 + view.getUint32(at)));
  return nals;
};

/** What ffmpeg makes of a transport stream when it copies it into a movie: hash and keyframe of every packet. */
const copied = async (name: string, bytes: Uint8Array): Promise<{ hash: string; keyframe: boolean }[]> => {
  const file = path.join(scratch, `${name}.ts`);
  await writeFile(file, bytes);
  await ffmpeg('-i', file, '-map', '0', '-c', 'copy', `${file}.mov`);
  const [packets] = await probePackets(`${file}.mov`);
  return packets.map(({ data_hash: hash, flags }) => ({ hash, keyframe: flags.startsWith('K') }));
};

const demuxed = (bytes: Uint8Array) => {
  const { samples, demuxer } = demuxAll(bytes);
  expect(demuxer.warnings).toEqual([]);
  return {
    packets: samples.map(({ data, keyframe }) => ({
      hash: `SHA256:${createHash('sha256').update(data).digest('hex')}`,
      keyframe,
    })),
    ptsTicks: samples.map(({ ptsTicks }) => ptsTicks),
  };
};

const everyFrame = (count: number): number[] => Array.from({ length: count }, (_, i) => FIRST_TICKS + i * FRAME_TICKS);

describe('pictures that lie in the stream as few encoders put them', () => {
  it.each([2, 3, 7])('%i access units a PES: the packets of ffmpeg', async (perPes) => {
    const ts = new TsBuilder().program(VIDEO);
    for (let at = 0; at < pictures.length; at += perPes) {
      const units = pictures.slice(at, at + perPes).map((nals) => annexB(nals));
      ts.pes(VIDEO.pid, concatBytes(units), { pts: FIRST_TICKS + at * FRAME_TICKS, unbounded: true });
    }
    const bytes = ts.build();
    const { packets, ptsTicks } = demuxed(bytes);
    expect(packets).toEqual(await copied(`grouped-${perPes}`, bytes));
    expect(ptsTicks).toEqual(everyFrame(pictures.length));
  });

  it('start codes of three bytes: the packets of ffmpeg', async () => {
    const ts = new TsBuilder().program(VIDEO);
    for (const [index, nals] of pictures.entries())
      ts.pes(VIDEO.pid, annexB(nals, 3), { pts: FIRST_TICKS + index * FRAME_TICKS, unbounded: true });
    const bytes = ts.build();
    expect(demuxed(bytes).packets).toEqual(await copied('three-byte-codes', bytes));
  });

  describe.each([
    ['a PES for each field', (units: Uint8Array[]) => units],
    ['both fields in one PES', (units: Uint8Array[]) => [concatBytes(units)]],
  ] as const)('fields and frames by picture (PAFF), %s', (name, group) => {
    const FRAMES = 24;
    const makeBytes = (): Uint8Array => {
      const ts = new TsBuilder().program(VIDEO);
      for (let index = 0; index < FRAMES; index++) {
        const units = group(pictureAdaptiveFrame(index).map((nals) => annexB(nals)));
        for (const [position, unit] of units.entries()) {
          const pts = FIRST_TICKS + index * FRAME_TICKS + position * (FRAME_TICKS / 2);
          ts.pes(VIDEO.pid, unit, { pts, unbounded: true });
        }
      }
      return ts.build();
    };

    it('is a stream that decodes', async () => {
      const file = path.join(scratch, `decode-${name.length}.ts`);
      await writeFile(file, makeBytes());
      const { ptsTicks, complaints } = await decode(file);
      expect(ptsTicks).toHaveLength(FRAMES);
      expect(complaints).toBe('');
    });

    it('comes out with a sample a frame, whose bytes are those of ffmpeg’s two', async () => {
      const bytes = makeBytes();
      const { samples, demuxer } = demuxAll(bytes);
      expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual(everyFrame(FRAMES));
      expect(samples.map(({ keyframe }) => keyframe)).toEqual(everyFrame(FRAMES).map((_, index) => index === 0));
      expect(demuxer.warnings).toEqual([]);
      const file = path.join(scratch, `paff-${name.length}.ts`);
      await writeFile(file, bytes);
      await ffmpeg('-i', file, '-map', '0', '-c', 'copy', '-f', 'h264', `${file}.h264`);
      const ours = concatBytes(samples.map(({ data }) => annexB(nalsOf(data))));
      expect(Buffer.compare(ours, await readFile(`${file}.h264`))).toBe(0);
    });
  });
});
