import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodeRangeReport, mergeRanges } from '@clipfleet/isobmff';
import {
  describeWithTool,
  ffprobePackets,
  findGstreamer,
  frameHashes,
  gstreamerHashes,
  type RecordingOptions,
} from '@clipfleet/testing';
import { bench, expectCut, expectedFrames, frame, looks, run, taskOf, type Window } from './encoded-edges.fixture.js';

const SEGMENT_TICKS = 180_000;

describe('edges that are encoded', () => {
  const cuts: [string, Window, { head: number; tail: number }][] = [
    // GOPs of 60 frames; 3 B-frames, so that the last frame of most windows refers to one behind out
    ['inside GOPs', { first: 1, end: 4, inTicks: frame(91), outTicks: frame(214) }, { head: 29, tail: 1 }],
    ['at first frames of GOPs', { first: 1, end: 4, inTicks: frame(60), outTicks: frame(181) }, { head: 0, tail: 0 }],
    [
      'between two frames',
      { first: 1, end: 3, inTicks: frame(90) + 1, outTicks: frame(150) - 1 },
      { head: 29, tail: 2 },
    ],
    ['inside one GOP', { first: 2, end: 3, inTicks: frame(130), outTicks: frame(171) }, { head: 41, tail: 0 }],
    [
      'at the last frame of a GOP',
      { first: 1, end: 4, inTicks: frame(119), outTicks: frame(190) },
      { head: 1, tail: 1 },
    ],
    ['one frame long', { first: 1, end: 2, inTicks: frame(77), outTicks: frame(78) }, { head: 1, tail: 0 }],
  ];
  it.each(cuts)('leave the frames from in to out and no other: %s', async (_name, window, encoded) => {
    const recorded = await bench.record();
    const { path, report } = await run(taskOf(recorded, window));
    expect(await expectCut(recorded, window, path)).toEqual(encoded);
    expect(report.encodedFrameCount).toBe(encoded.head + encoded.tail);
    const { frames } = await expectedFrames(recorded, window);
    expect(report.cut?.videoFrameCount).toBe(frames.length);
  });

  const recordings: [string, Partial<RecordingOptions>, number][] = [
    ['720p', { widthPixels: 1280, heightPixels: 720, durationSeconds: 6 }, 3000],
    ['interlaced', { interlaced: true, heightPixels: 240, frameRate: '25', durationSeconds: 6 }, 3600],
    ['without B-frames, at 29.97', { bFrames: 0, frameRate: '30000/1001', durationSeconds: 6 }, 3003],
    ['over a wrap of the 33-bit clock', { ptsOffsetSeconds: 95_440, durationSeconds: 6 }, 3000],
    ['several GOPs in a segment', { gopSeconds: 0.5, durationSeconds: 6 }, 3000],
    ['video alone', { audio: [], durationSeconds: 6 }, 3000],
  ];
  it.each(recordings)('fit to the pictures between them: %s', async (_name, options, frameTicks) => {
    const recorded = await bench.record(options);
    const window = { first: 0, end: 3, inTicks: frame(17, frameTicks), outTicks: frame(140, frameTicks) };
    const { path } = await run(taskOf(recorded, window));
    const { head, tail } = await expectCut(recorded, window, path);
    expect(head).toBeGreaterThan(0);
    expect(head + tail).toBeLessThan(75);
    const expected = await looks(recorded.recording.playlistPath);
    expect(await looks(path)).toEqual(expected);
    expect(expected).toHaveLength(2);
    expect(expected[0]).toContain(`interlaced_frame=${options.interlaced ? 1 : 0}`);
  });

  it('are the only tasks of an open GOP that are refused, by name', async () => {
    const recorded = await bench.record({ openGop: true, durationSeconds: 40 });
    const window = { first: 1, end: 19, inTicks: frame(91), outTicks: 18.5 * SEGMENT_TICKS };
    await expect(run(taskOf(recorded, window))).rejects.toMatchObject({
      code: 'unsupported-source',
      message: expect.stringContaining('open GOP'),
    });
    const fromKeyframe = { first: 1, end: 3, inTicks: frame(60), outTicks: frame(118) };
    const { path } = await run(taskOf(recorded, fromKeyframe));
    const { frames } = await expectedFrames(recorded, fromKeyframe);
    expect((await frameHashes(path)).map(({ pts }) => pts)).toEqual(frames.map(({ pts }) => pts - frames[0].pts));
    expect(await ffprobePackets(path, 'v:0')).toHaveLength(frames.length);
  });

  it('of a clip in which no picture begins anew (open GOPs) are all of it, and the report says so', async () => {
    const recorded = await bench.record({ openGop: true });
    const window = { first: 1, end: 3, inTicks: frame(91), outTicks: frame(171) };
    const { path, report } = await run(taskOf(recorded, window));
    expect(await expectCut(recorded, window, path)).toEqual({ head: 80, tail: 0 });
    expect(report.encodedFrameCount).toBe(80);
  });

  it('join two ranges, one at each end', async () => {
    const recorded = await bench.record({ noise: true, segmentSeconds: 8, durationSeconds: 24 });
    const window = { inTicks: frame(11), outTicks: frame(402) };
    const { trimStart, trimEnd, ...task } = taskOf(recorded, { first: 0, end: 2, ...window });
    const reports: Uint8Array[] = [];
    const payloads: Buffer[] = [];
    for (const rangeIndex of [0, 1]) {
      const { path, report } = await run({
        ...task,
        ...(rangeIndex === 0 ? { trimStart } : { trimEnd }),
        ...{ rangeIndex, rangeCount: 2, partBlock: { firstPartNumber: 2 + 100 * rangeIndex, partCount: 100 } },
        pieces: recorded.pieces.slice(rangeIndex, rangeIndex + 1),
        tail: recorded.pieces.slice(rangeIndex + 1, rangeIndex + 2),
      });
      reports.push(gunzipSync(Buffer.from(report.rangeReportBase64!, 'base64')));
      if (rangeIndex === 0) {
        const head = await bench.store.getBytes({ bucket: 'out', key: 'head' }, { limitBytes: 1e8 });
        expect(report.headSha256).toBe(createHash('sha256').update(head).digest('hex'));
        payloads.push(Buffer.from(head));
      }
      payloads.push(await readFile(path));
    }
    const merged = mergeRanges(reports.map(decodeRangeReport), { container: 'mp4' });
    expect(merged.warnings).toEqual([]);
    const path = join(bench.rootPath, 'merged.mp4');
    await writeFile(path, Buffer.concat([merged.headerBytes, ...payloads]));
    expect(await expectCut(recorded, window, path)).toEqual({ head: 49, tail: 1 });
  });

  it('write to part numbers that no other delivery of the task has', async () => {
    const recorded = await bench.record();
    const window = { first: 1, end: 3, inTicks: frame(91), outTicks: frame(150) };
    const numbers: number[][] = [];
    for (const attemptNumber of [1, 2]) {
      const { path, report } = await run(taskOf(recorded, window), { attemptNumber });
      numbers.push(report.parts.map(({ partNumber }) => partNumber));
      await expectCut(recorded, window, path);
    }
    expect(numbers).toEqual([[1], [1251]]);
  });

  it('are given up when the task is', async () => {
    const recorded = await bench.record();
    const aborted = new AbortController();
    const reason = new Error('cancelled');
    const window = { first: 1, end: 3, inTicks: frame(91), outTicks: frame(150) };
    const running = run(taskOf(recorded, window), { signal: aborted.signal });
    aborted.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});

describeWithTool(findGstreamer, 'GStreamer', (player) => {
  it.each([false, true])('shows all of what has encoded edges (interlaced: %s)', async (interlaced) => {
    const options = { interlaced, heightPixels: 240, frameRate: '25', durationSeconds: 6, bFrames: 2 };
    const recorded = await bench.record(options);
    const window = { first: 0, end: 3, inTicks: frame(17, 3600), outTicks: frame(140, 3600) };
    const { path } = await run(taskOf(recorded, window));
    const shown = (await frameHashes(path)).map(({ md5 }) => md5);
    expect(shown).toHaveLength(123);
    expect(await gstreamerHashes(player, path)).toEqual(shown);
  });
});
