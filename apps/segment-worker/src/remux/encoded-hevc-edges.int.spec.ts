import { describe, expect, it } from '@jest/globals';
import { copiedPackets, ffprobePackets, type RecordingOptions } from '@clipfleet/testing';
import {
  bench,
  decoderBuffers,
  expectCut,
  expectedFrames,
  frame,
  headerComplaints,
  looks,
  run,
  taskOf,
  type Window,
} from './encoded-edges.fixture.js';

const HEVC: Partial<RecordingOptions> = { videoCodec: 'hevc' };

describe('edges of HEVC that are encoded', () => {
  const openGop = { openGop: true };
  const cuts: [string, Partial<RecordingOptions>, Window, { head: number; tail: number }][] = [
    // GOPs of 60 frames; 3 B-frames, so that the last frame of most windows refers to one behind out
    ['inside GOPs', {}, { first: 1, end: 4, inTicks: frame(91), outTicks: frame(214) }, { head: 29, tail: 1 }],
    [
      'at first frames of GOPs',
      {},
      { first: 1, end: 4, inTicks: frame(60), outTicks: frame(181) },
      { head: 0, tail: 0 },
    ],
    ['inside one GOP', {}, { first: 2, end: 3, inTicks: frame(130), outTicks: frame(171) }, { head: 41, tail: 0 }],
    ['one frame long', {}, { first: 1, end: 2, inTicks: frame(77), outTicks: frame(78) }, { head: 1, tail: 0 }],
    // the keyframe in between is a CRA with leading pictures
    ['of open GOPs', openGop, { first: 1, end: 4, inTicks: frame(91), outTicks: frame(214) }, { head: 29, tail: 1 }],
    ['at an open GOP', openGop, { first: 1, end: 4, inTicks: frame(60), outTicks: frame(181) }, { head: 0, tail: 0 }],
    [
      'at leading pictures of an open GOP',
      openGop,
      { first: 1, end: 4, inTicks: frame(118), outTicks: frame(239) },
      { head: 2, tail: 2 },
    ],
  ];
  it.each(cuts)('leave the frames from in to out and no other: %s', async (_name, options, window, encoded) => {
    const recorded = await bench.record({ ...HEVC, ...options });
    const { path, report } = await run(taskOf(recorded, window));
    expect(await expectCut(recorded, window, path)).toEqual(encoded);
    expect(report.encodedFrameCount).toBe(encoded.head + encoded.tail);
    expect(await headerComplaints(path)).toBe('');
    expect(await decoderBuffers(path)).toHaveLength(4);
    // all parameter sets, those of the edges too, are in the sample entry alone
    expect(await ffprobePackets(path, 'v:0')).toEqual(await copiedPackets(path, 'v:0'));
    const { frames } = await expectedFrames(recorded, window);
    expect(report.cut?.videoFrameCount).toBe(frames.length);
  });

  const recordings: [string, Partial<RecordingOptions>, number][] = [
    ['640x360', { widthPixels: 640, heightPixels: 360 }, 3000],
    ['10 bits, BT.2020, HLG', { hdr: true }, 3000],
    ['without B-frames, at 29.97', { bFrames: 0, frameRate: '30000/1001' }, 3003],
    ['open GOPs over a wrap of the 33-bit clock', { openGop: true, ptsOffsetSeconds: 95_440 }, 3000],
    ['several open GOPs in a segment', { openGop: true, gopSeconds: 0.5 }, 3000],
  ];
  it.each(recordings)('fit to the pictures between them: %s', async (_name, options, frameTicks) => {
    const recorded = await bench.record({ ...HEVC, durationSeconds: 6, ...options });
    const window = { first: 0, end: 3, inTicks: frame(17, frameTicks), outTicks: frame(140, frameTicks) };
    const { path } = await run(taskOf(recorded, window, { container: 'mov' }));
    const { head, tail } = await expectCut(recorded, window, path);
    expect(head).toBeGreaterThan(0);
    expect(head + tail).toBeLessThan(75);
    expect(await headerComplaints(path)).toBe('');
    const expected = await looks(recorded.recording.playlistPath);
    expect(await looks(path)).toEqual(expected);
    expect(expected).toHaveLength(2);
  });
});
