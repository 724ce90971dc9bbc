import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findChromium } from '../browser/find-chromium.js';
import { openPlayer, type Played, type Player } from '../browser/player.fixture.js';
import { describeWithTool } from '../describe-with-tool.js';
import { makeRecording } from '../media/make-recording.js';
import type { Recording } from '../media/recording.js';
import { testDirectory } from '../test-servers.js';
import { nearestFrame } from './checks.fixture.js';
import { fileClient } from './file-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const SEGMENT_SECONDS = 2;
const FRAME_SECONDS = 1 / 30;
/** What a machine that is slow shows as, and a faulty join does not: that leaves a hole in what is buffered. */
const SLOWNESS = ['bufferStalledError', 'bufferNudgeOnStall'];

/** Of segments of 2 s, with a join before each of some of them: all of it plays, once, without a hole. */
const expectPlayed = (played: Played, segmentCount: number, joinsBefore: readonly number[]): void => {
  expect(played.errors.filter(({ details }) => !SLOWNESS.includes(details))).toEqual([]);
  expect(played.appended).toEqual(Array.from({ length: segmentCount }, (_, index) => index));
  const totalSeconds = segmentCount * SEGMENT_SECONDS;
  expect(played.bufferedSeconds).toHaveLength(1);
  const [[startSeconds, endSeconds]] = played.bufferedSeconds;
  // the first picture of a recording with B-frames is decoded before it is shown, and sound comes in frames of its own
  expect(startSeconds).toBeLessThan(0.1);
  expect(Math.abs(endSeconds - totalSeconds)).toBeLessThan(0.2);
  expect(played.currentSeconds).toBe(played.durationSeconds);
  for (const joinSeconds of joinsBefore.map((index) => index * SEGMENT_SECONDS)) {
    const isShown = (from: number, to: number) => played.shownSeconds.some((at) => at >= from && at < to);
    expect([joinSeconds, isShown(joinSeconds - SEGMENT_SECONDS, joinSeconds)]).toEqual([joinSeconds, true]);
    expect([joinSeconds, isShown(joinSeconds, joinSeconds + SEGMENT_SECONDS)]).toEqual([joinSeconds, true]);
  }
  expect(played.shownSeconds).toEqual(played.shownSeconds.toSorted((a, b) => a - b));
  // of the pictures that were decoded, not all are in time to be shown
  expect(played.totalVideoFrames).toBeGreaterThanOrEqual(Math.floor(totalSeconds / FRAME_SECONDS));
  expect(played.droppedVideoFrames).toBeLessThan(played.totalVideoFrames);
};

describeWithTool(findChromium, 'a player in Chromium, on a page of another origin', (executablePath) => {
  let fleet: Fleet;
  let client: ReturnType<typeof fileClient>;
  let player: Player;
  let recording: Recording;
  let plainId: string;
  let keyedId: string;
  beforeAll(async () => {
    const keyed = { encryption: 'sequence-iv', durationSeconds: 6, widthPixels: 640, heightPixels: 360 } as const;
    const [opened, plain, other] = await Promise.all([openFleet(), makeRecording(), makeRecording(keyed)]);
    [fleet, recording, client] = [opened, plain, fileClient(opened)];
    player = await openPlayer(executablePath);
    plainId = await client.register(fleet.fileStore, plain);
    keyedId = await client.uploadRecording(other, 'live/keyed');
  });
  afterAll(async () => {
    await player?.close();
    await fleet?.close();
  });

  it('plays across the joins of a concat by hls.js, with another size and keys in between', async () => {
    const file = await client.made('m3u8-concat', { m3u8s: [plainId, keyedId, plainId], save_as: 'all.m3u8' });
    const played = await player.playHls(file.path, 4);
    expectPlayed(played, 15, [6, 9]);
    expect(played.sizes).toEqual(['320x180', '640x360', '320x180']);
  });

  it('plays across the joins of a clip by hls.js', async () => {
    const exclude = [1, 3].map((index) => [index, index]);
    const asked = { include: [0, 5], exclude, index: true };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'part.m3u8', ...asked });
    const played = await player.playHls(file.path, 4);
    expectPlayed(played, 4, [1, 2]);
    expect(played.sizes).toEqual(['320x180']);
  });

  it('plays a clip that is cut inside segments by hls.js, from in to out, over what was made anew and what was not', async () => {
    const include = [
      [1.1, 5.5],
      [7.25, 7.9],
    ];
    const asked = { include, accuracy: 'exact' };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'exact.m3u8', ...asked });
    const played = await player.playHls(file.path, 2);
    // a machine that is slow waits at 0, where the first picture is only decoded: the player goes on to where it is shown
    const faults = played.errors.filter(({ details }) => ![...SLOWNESS, 'bufferSeekOverHole'].includes(details));
    expect(faults).toEqual([]);
    expect(played.appended).toEqual([0, 1, 2, 3]);
    expect(played.sizes).toEqual(['320x180']);
    expect(played.bufferedSeconds).toHaveLength(1);
    // 132 pictures, and 19
    expect(Math.abs(played.durationSeconds - 151 / 30)).toBeLessThan(0.2);
    expect(played.currentSeconds).toBe(played.durationSeconds);
    expect(played.totalVideoFrames).toBeGreaterThanOrEqual(145);
    for (const [from, to] of [
      [0, 0.9],
      [0.9, 2.9],
      [2.9, 4.4],
      [4.4, 5],
    ])
      expect([from, played.shownSeconds.some((at) => at >= from && at < to)]).toEqual([from, true]);
  });

  it('skips the gaps of a recording by hls.js, as a concat names them', async () => {
    const holed = await makeRecording({ gapSegments: [2] });
    const id = await client.register(fleet.fileStore, holed);
    const file = await client.made('m3u8-concat', { m3u8s: [id, plainId], save_as: 'holed.m3u8' });
    expect(file).toMatchObject({ status: 'success' });
    const meta = await client.call('POST', '/oserve/v1/media/m3u8-meta/', { m3u8: file.id });
    expect(meta.body['meta']).toMatchObject({ duration: 24 });
    const played = await player.playHls(file.path, 4);
    // it says that it skips, and asks for nothing that is not there
    expect(played.errors.map(({ details }) => details)).toContain('fragGap');
    expect(played.errors.filter(({ type, fatal }) => fatal || type !== 'mediaError')).toEqual([]);
    const segments = Array.from({ length: 12 }, (_, index) => index);
    expect(played.appended.toSorted((a, b) => a - b)).toEqual(segments.filter((index) => index !== 2));
    const shownAfter = (segment: number) => played.shownSeconds.some((at) => at >= segment * SEGMENT_SECONDS + 0.2);
    expect(played.shownSeconds.filter((at) => at >= 4.2 && at < 6)).toEqual([]);
    expect([shownAfter(3), shownAfter(6), shownAfter(11)]).toEqual([true, true, true]);
    expect(played.currentSeconds).toBe(played.durationSeconds);
  });

  it('shows the pictures of an mp4 that were asked for, at its start, after its join and at its end', async () => {
    const asked = { include: [1.1, 4], exclude: [2, 3], accuracy: 'exact', output: 'mp4' };
    const file = await client.made('m3u8-clip', { m3u8: plainId, save_as: 'exact.mp4', ...asked });
    // pictures of the file, and which of the recording they are
    const expected = new Map([
      [0, 33],
      [27, 90],
      [28, 91],
      [56, 119],
    ]);
    const middles = [...expected.keys()].map((index) => (index + 0.5) * FRAME_SECONDS);
    const played = await player.playFile(file.path, 1, middles);
    expect(played.shownSeconds[0]).toBe(0);
    expect(played.durationSeconds).toBeCloseTo(1.9, 2);
    expect(played.currentSeconds).toBe(played.durationSeconds);
    expect(played.bufferedSeconds).toHaveLength(1);
    const folder = await mkdtemp(path.join(testDirectory(), 'pictures-'));
    for (const [index, frame] of [...expected.values()].entries()) {
      const picture = path.join(folder, `${index}.png`);
      await writeFile(picture, played.pictures[index]);
      expect(await nearestFrame(picture, recording.playlistPath, frame, 2)).toBe(frame);
    }
  });
});
