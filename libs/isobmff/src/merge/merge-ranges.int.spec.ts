import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withoutHevcSets } from '@clipfleet/testing';
import * as fc from 'fast-check';
import { readMovie } from '../movie/read-movie.js';
import { encodeRangeReport } from '../report/encode-report.js';
import { copiedPacketsOf, decoderComplaints, framesOf, packetsOf } from '../testing/packets.js';
import {
  AAC,
  cutBlindly,
  joinRecordings,
  leaveOut,
  makeRecording,
  type Recipe,
  type Recording,
  segmentBytes,
  X264,
} from '../testing/recordings.js';
import { runTool } from '../testing/run-tool.js';
import { type ChunksOf, stitch, writeRange } from '../testing/stitch.js';

const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];

const RECIPES: readonly Recipe[] = [
  { name: 'h264-b-frames' },
  { name: 'open-gop', video: [...X264, '-x264-params', 'open-gop=1'] },
  { name: 'hevc', video: [...HEVC, 'keyint=60:min-keyint=60:scenecut=0:bframes=3:open-gop=0:log-level=none'] },
  { name: 'hevc-open-gop', video: [...HEVC, 'keyint=60:min-keyint=60:scenecut=0:bframes=3:open-gop=1:log-level=none'] },
  { name: 'ac3', audio: [['-c:a', 'ac3', '-b:a', '192k']] },
  { name: 'eac3', audio: [['-c:a', 'eac3', '-b:a', '192k']] },
  { name: 'mp2', audio: [['-c:a', 'mp2', '-b:a', '128k']] },
  { name: 'ntsc', rate: '30000/1001' },
  { name: 'pal', rate: '25', video: [...X264, '-g', '50'] },
  {
    name: 'variable-rate',
    filter: ",select='gt(random(1)\\,0.35)'",
    video: [...X264, '-force_key_frames', 'expr:gte(t,n_forced*2)', '-vsync', 'vfr'],
  },
  // 2^33 ticks are 95443.7177 s: the clock wraps in the second segment.
  { name: 'pts-wrap', muxer: ['-output_ts_offset', '95439.3'] },
  { name: 'two-audio-tracks', audio: [AAC, ['-c:a', 'mp2', '-b:a', '64k']] },
  { name: 'video-alone', audio: [] },
  { name: 'mp3', audio: [['-c:a', 'libmp3lame', '-b:a', '96k']] },
  {
    name: 'mpeg2',
    rate: '25',
    video: ['-c:v', 'mpeg2video', '-b:v', '1M', '-g', '50', '-bf', '2', '-sc_threshold', '1000000000'],
    audio: [['-c:a', 'mp2', '-b:a', '128k']],
  },
];

/** These sizes again and again, each chunk a copy: nothing may be read beyond its ends. */
const inChunks = (bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const next = at + sizes[index % sizes.length];
    chunks.push(bytes.slice(at, next));
    at = next;
  }
  return chunks;
};

describe('a recording in ranges, against one ffmpeg', () => {
  let root = '';
  const recordings = new Map<string, Recording>();
  const recordingOf = (name: string): Recording => {
    const found = recordings.get(name);
    if (found === undefined) throw new Error(`no recording ${name}`);
    return found;
  };

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipfleet-stitch-'));
    for (const recipe of RECIPES) recordings.set(recipe.name, await makeRecording(root, recipe));
    const other = await makeRecording(root, { name: 'other', seconds: 4, filter: ',hue=h=90', muxer: [] });
    const first = recordingOf('h264-b-frames');
    recordings.set('discontinuity', await joinRecordings(root, 'discontinuity', [first, other]));
    const halved = [...HEVC, 'keyint=60:min-keyint=60:scenecut=0:bframes=3:ctu=16:open-gop=0:log-level=none'];
    const changed = await makeRecording(root, { name: 'hevc-small-units', seconds: 4, video: halved });
    recordings.set('hevc-changed', await joinRecordings(root, 'hevc-changed', [recordingOf('hevc'), changed]));
    recordings.set('missing-segment', await leaveOut(root, 'missing-segment', first, 1));
    const whole = path.join(root, 'h264-b-frames', 'whole.ts');
    recordings.set('blind-cuts', await cutBlindly(root, 'blind-cuts', whole, 701));
  });

  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  async function compare(name: string, container: 'mp4' | 'mov', segmentsPerRange: number): Promise<void> {
    const file = path.join(root, `${name}-${segmentsPerRange}.${container}`);
    stitch(recordingOf(name), segmentsPerRange, container, file);
    expect(await packetsOf(file)).toEqual(await referencePackets(name, container));
  }

  const references = new Map<string, Promise<string[]>>();
  const referencePackets = (name: string, container: 'mp4' | 'mov'): Promise<string[]> => {
    const reference = path.join(root, `${name}-reference.${container}`);
    const known = references.get(reference) ?? copyPackets(recordingOf(name), reference);
    references.set(reference, known);
    return known;
  };
  const copyPackets = async ({ playlist }: Recording, reference: string): Promise<string[]> => {
    const maps = ['v', 'a'].flatMap((kind) => ['-map', `0:${kind}?`]);
    await runTool('ffmpeg', ['-y', '-i', playlist, ...maps, '-c', 'copy', reference]);
    return copiedPacketsOf(reference);
  };

  const names = [...RECIPES.map(({ name }) => name), 'discontinuity', 'missing-segment', 'blind-cuts'];

  it.each(names.flatMap((name) => [1, 2, 3].map((segments) => [name, segments] as const)))(
    '%s at %p segments a range has the same packets',
    (name, segmentsPerRange) => compare(name, 'mp4', segmentsPerRange),
  );

  it.each(['h264-b-frames', 'hevc', 'ac3', 'eac3', 'mp2', 'mp3', 'mpeg2'])(
    '%s as QuickTime has the same packets',
    (name) => compare(name, 'mov', 2),
  );

  it('HEVC whose parameter sets change has a sample entry for each, and no parameter sets in its samples', async () => {
    const file = path.join(root, 'hevc-changed-entries.mp4');
    stitch(recordingOf('hevc-changed'), 5, 'mp4', file);
    const [track] = readMovie(await readFile(file)).tracks;
    expect(track.sampleEntries.map(({ type }) => type)).toEqual(['hvc1', 'hvc1']);
    const apart = (await withoutHevcSets(file)).flatMap((bytes) => bytes?.sizeBytes ?? []);
    expect(track.tables.sizesBytes).toEqual(apart);
    const shown = (await framesOf(file)).map(({ hash }) => hash);
    expect(shown).toEqual((await framesOf(recordingOf('hevc-changed').playlist)).map(({ hash }) => hash));
    expect(shown).toHaveLength(300);
  });

  it('audio alone runs on without the stumble that ffmpeg makes over the first PES', async () => {
    const recording = await makeRecording(root, { name: 'audio-alone', video: 'none', seconds: 10 });
    const reference = path.join(root, 'audio-alone-reference.mp4');
    await runTool('ffmpeg', ['-y', '-i', recording.playlist, '-c', 'copy', reference]);
    const file = path.join(root, 'audio-alone.mp4');
    stitch(recording, 2, 'mp4', file);
    const packets = await packetsOf(file);
    const expected = await packetsOf(reference);
    const dataOf = (line: string): string => line.replace(/pts=.*size=/, '');
    expect(packets.map(dataOf)).toEqual(expected.map(dataOf));
    expect(packets.slice(15)).toEqual(expected.slice(15));
    expect(packets.map((line) => /pts=(-?\d+)/.exec(line)?.[1])).toEqual(packets.map((_, i) => `${i * 1024}`));
  });

  it.each([...names, 'hevc-changed'])('%s has the same payload and tables however its bytes are chunked', (name) => {
    const { segments } = recordingOf(name);
    const program = segmentBytes(segments[0]).subarray(0, 3 * 188);
    // the middle one, with what begins in it and ends behind it
    const [own, tail] = [segments.slice(1, 2), segments.slice(2, 3)];
    const bytesOf = (chunksOf?: ChunksOf): Buffer => {
      const { payload, report } = writeRange(own, tail, program, chunksOf);
      return Buffer.concat([...payload, encodeRangeReport(report)]);
    };
    const whole = bytesOf();
    expect(whole.length).toBeGreaterThan(1_000);
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 65_536 })), {
      ...{ minLength: 1, maxLength: 40 },
    });
    fc.assert(
      fc.property(sizes, (chunkSizes) => {
        expect(
          Buffer.compare(
            bytesOf((bytes) => inChunks(bytes, chunkSizes)),
            whole,
          ),
        ).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it.each([...names, 'hevc-changed'])('%s decodes without a complaint', async (name) => {
    const file = path.join(root, `${name}-decode.mp4`);
    stitch(recordingOf(name), 2, 'mp4', file);
    expect(await decoderComplaints(file)).toBe('');
  });
});
