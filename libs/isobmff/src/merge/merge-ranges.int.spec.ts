import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decoderComplaints, packetsOf } from '../testing/packets.js';
import { AAC, joinRecordings, makeRecording, type Recipe, type Recording, X264 } from '../testing/recordings.js';
import { runTool } from '../testing/run-tool.js';
import { stitch } from '../testing/stitch.js';

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
];

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
  }, 180_000);

  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  async function compare(name: string, container: 'mp4' | 'mov', segmentsPerRange: number): Promise<void> {
    const recording = recordingOf(name);
    const reference = path.join(root, `${name}-reference.${container}`);
    const maps = ['-map', '0:v', ...(name === 'video-alone' ? [] : ['-map', '0:a'])];
    await runTool('ffmpeg', ['-y', '-i', recording.playlist, ...maps, '-c', 'copy', reference]);
    const file = path.join(root, `${name}-${segmentsPerRange}.${container}`);
    stitch(recording, segmentsPerRange, container, file);
    for (const streams of ['v', 'a'])
      expect(await packetsOf(file, streams)).toEqual(await packetsOf(reference, streams));
  }

  const names = [...RECIPES.map(({ name }) => name), 'discontinuity'];

  it.each(names.flatMap((name) => [1, 2, 3].map((segments) => [name, segments] as const)))(
    '%s at %p segments a range has the same packets',
    (name, segmentsPerRange) => compare(name, 'mp4', segmentsPerRange),
  );

  it.each(['h264-b-frames', 'hevc', 'ac3', 'mp2'])('%s as QuickTime has the same packets', (name) =>
    compare(name, 'mov', 2),
  );

  it.each(names)('%s decodes without a complaint', async (name) => {
    const file = path.join(root, `${name}-decode.mp4`);
    stitch(recordingOf(name), 2, 'mp4', file);
    expect(await decoderComplaints(file)).toBe('');
  });
});
