import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readMovie } from '@clipfleet/isobmff';
import type { BenchRecording, RecordingOptions } from '@clipfleet/testing';
import { bench, expectClips, frame, run, taskOfClips, type Window } from './encoded-edges.fixture.js';

type Clips = [BenchRecording, Window][];

/** GOPs and segments of 60 frames. */
const window = (fromFrame: number, toFrame: number): Window => ({
  first: Math.floor(fromFrame / 60),
  end: Math.ceil(toFrame / 60),
  inTicks: frame(fromFrame),
  outTicks: frame(toFrame),
});

describe('encoded edges of several clips', () => {
  const edits: [string, Partial<RecordingOptions>, [number, number][], number][] = [
    // heads of 29, 43 and 29, and up to three pictures of each tail
    [
      'with holes between, and one of them twice',
      {},
      [
        [91, 154],
        [197, 274],
        [91, 154],
      ],
      110,
    ],
    [
      'at first frames of GOPs, and inside one GOP',
      {},
      [
        [60, 121],
        [130, 171],
        [240, 300],
      ],
      42,
    ],
    [
      'HEVC with open GOPs',
      { videoCodec: 'hevc', openGop: true },
      [
        [31, 130],
        [17, 140],
      ],
      120,
    ],
  ];
  it.each(edits)('show the frames of each and no other, hiding nothing: %s', async (_name, options, list, atMost) => {
    const recorded = await bench.record(options);
    const clips: Clips = list.map(([from, to]) => [recorded, window(from, to)]);
    const { path, report } = await run(taskOfClips(clips));
    const encoded = await expectClips(clips, frame(1), path);
    expect(report.encodedFrameCount).toBe(encoded);
    expect([encoded > 0, encoded <= atMost]).toEqual([true, true]);
    const [video] = readMovie(await readFile(path)).tracks;
    expect(video.tables.chunks.every(({ descriptionIndex }) => descriptionIndex === 1)).toBe(true);
    const count = list.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(report.cut?.videoFrameCount).toBe(count);
    expect(report.clipCuts).toMatchObject(list.map((_, clipIndex) => ({ clipIndex, startDeltaTicks: 0 })));
  });

  it('of recordings of other sizes, delays and clocks follow each other without a gap', async () => {
    const first = await bench.record();
    const second = await bench.record({ widthPixels: 480, heightPixels: 270, bFrames: 0, ptsOffsetSeconds: 777 });
    const clips: Clips = [
      [first, window(91, 154)],
      [second, window(17, 140)],
      [first, window(61, 119)],
    ];
    const { path } = await run(taskOfClips(clips));
    await expectClips(clips, frame(1), path);
  });
});
