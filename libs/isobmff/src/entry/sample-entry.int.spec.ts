import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { boxBytes, childBoxes, findBox, requireBox, requireTopBox } from '../box/box-view.js';
import { makeRecording, type Recipe, type Recording, X264 } from '../testing/recordings.js';
import { runTool } from '../testing/run-tool.js';
import { stitch } from '../testing/stitch.js';
import type { MovieContainer } from './sample-entry.js';
import { readStsd } from './stsd.js';
import { readVisualEntry } from './visual-entry.js';

const HLG = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'];
const BT709 = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=60:log-level=none'];
const MPEG2 = ['-c:v', 'mpeg2video', '-g', '30'];

const RECIPES: readonly Recipe[] = [
  { name: 'h264-bt709', video: [...X264, ...BT709, '-color_range', 'tv'] },
  { name: 'h264-full-range', video: [...X264, ...BT709, '-color_range', 'pc'] },
  { name: 'h264-unspecified', video: X264 },
  { name: 'h264-half-specified', video: [...X264, '-color_primaries', 'bt709'] },
  { name: 'hevc-hlg', video: [...X265, ...HLG] },
  { name: 'mpeg2-bt709', video: [...MPEG2, ...BT709] },
  { name: 'h264-anamorphic', filter: ',setsar=4/3', video: [...X264, ...BT709] },
  {
    name: 'two-languages',
    audio: [
      ['-c:a', 'aac'],
      ['-c:a', 'ac3'],
    ],
  },
];

/** The boxes of the first track's first sample entry that tell how the picture looks. */
const lookOf = (bytes: Uint8Array): Record<string, string> => {
  const stsd = requireBox(requireTopBox(bytes, 'moov'), 'trak/mdia/minf/stbl/stsd');
  const children = readVisualEntry(readStsd(stsd)[0]).children.filter(({ type }) => type === 'colr' || type === 'pasp');
  return Object.fromEntries(children.map((box) => [box.type, Buffer.from(boxBytes(box)).toString('hex')]));
};

describe('a movie of a recording', () => {
  let root = '';
  const recordings = new Map<string, Recording>();
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipfleet-entry-'));
    for (const recipe of RECIPES) recordings.set(recipe.name, await makeRecording(root, { seconds: 2, ...recipe }));
  });
  afterAll(() => rm(root, { recursive: true }));

  const cases = RECIPES.flatMap(({ name }) => (['mp4', 'mov'] as const).map((container) => [name, container] as const));
  const make = async (name: string, container: MovieContainer): Promise<Uint8Array> => {
    const file = path.join(root, `${name}.${container}`);
    stitch(recordings.get(name)!, 1, container, file);
    return readFile(file);
  };

  it.each(cases)('%s tells colours and pixels in %s as ffmpeg does', async (name, container) => {
    const reference = path.join(root, `${name}-reference.${container}`);
    const maps = ['-map', '0:v', '-map', '0:a'];
    await runTool('ffmpeg', ['-y', '-i', recordings.get(name)!.playlist, ...maps, '-c', 'copy', reference]);
    const expected = lookOf(await readFile(reference));
    // square pixels go without saying
    if (expected['pasp']?.endsWith('0000000100000001')) delete expected['pasp'];
    expect(lookOf(await make(name, container))).toEqual(expected);
  });

  it.each(cases)('%s as %s is a file that mp4box.js parses', async (name, container) => {
    const bytes = await make(name, container);
    const complaints: string[] = [];
    const parser = createFile();
    parser.onError = (_module: string, message: string) => complaints.push(message);
    const ready = new Promise<{ tracks: { nb_samples: number }[]; timescale: number }>((resolve) => {
      parser.onReady = resolve;
    });
    const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    parser.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copy, 0));
    parser.flush();
    const { tracks, timescale } = await ready;
    expect(timescale).toBe(90_000);
    expect(tracks).toHaveLength(name === 'two-languages' ? 3 : 2);
    expect(tracks.every(({ nb_samples: count }) => count > 0)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it.each(['mp4', 'mov'] as const)('%s has its brand, and the boxes of its layout', async (container) => {
    const bytes = await make('h264-bt709', container);
    const ftyp = requireTopBox(bytes, 'ftyp');
    const brand = Buffer.from(boxBytes(ftyp).subarray(8, 12)).toString('latin1');
    expect(brand).toBe(container === 'mov' ? 'qt  ' : 'isom');
    const minf = requireBox(requireTopBox(bytes, 'moov'), 'trak/mdia/minf');
    expect(findBox(minf, 'hdlr') !== undefined).toBe(container === 'mov');
    expect(childBoxes(requireBox(minf, 'stbl')).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['stsd', 'stts', 'stss', 'ctts', 'stsc', 'stsz', 'stco']),
    );
  });
});
