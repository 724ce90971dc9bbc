import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boxBytes, requireTopBox } from '../box/box-view.js';
import { readMovie } from '../movie/read-movie.js';
import { decoderComplaints, framesOf } from '../testing/packets.js';
import { makeRecording } from '../testing/recordings.js';
import { runTool } from '../testing/run-tool.js';
import { trimEditList } from './trim-edit-list.js';

describe('trimming the edit list of a file that ffmpeg made', () => {
  let root = '';
  let playlist = '';

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'clipfleet-trim-'));
    playlist = (await makeRecording(root, { name: 'whole', seconds: 4 })).playlist;
  });

  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  it.each([
    ['moov behind the samples', false],
    ['moov in front of them', true],
  ])('shows exactly the frames of the range (%s)', async (_name, moovFirst) => {
    const copy = path.join(root, `copy-${moovFirst}.mp4`);
    const flags = moovFirst ? ['-movflags', '+faststart'] : [];
    await runTool('ffmpeg', ['-y', '-i', playlist, '-c', 'copy', '-movie_timescale', '90000', ...flags, copy]);
    const all = await framesOf(copy);

    const bytes = new Uint8Array(await readFile(copy));
    const moov = requireTopBox(bytes, 'moov');
    const startTicks = all[10].pts;
    const endTicks = all[100].pts;
    const trimmed = trimEditList(boxBytes(moov), { startTicks, endTicks, moovFirst });
    const file = path.join(root, `trimmed-${moovFirst}.mp4`);
    await writeFile(file, [bytes.subarray(0, moov.startByte), trimmed, bytes.subarray(moov.endByte)]);

    const shown = await framesOf(file);
    expect(shown.map(({ hash }) => hash)).toEqual(all.slice(10, 100).map(({ hash }) => hash));
    expect(await decoderComplaints(file)).toBe('');
    const movie = readMovie(trimmed);
    expect([movie.timescale, movie.duration]).toEqual([90_000, endTicks - startTicks]);
  });
});
