import { describe, expect, it } from '@jest/globals';
import type { Picture } from '../testing/recording-builder.js';
import { AUDIO, FRAME_TICKS, RecordingBuilder, VIDEO } from '../testing/recording-builder.js';
import { adtsFrame, filler } from '../testing/es-samples.js';
import { TsBuilder } from '../testing/ts-builder.js';
import { probeHead } from './probe-head.js';
import { SegmentStartFinder } from './segment-start.js';

const startFrame = (pictures: Picture[]): number | undefined => {
  const finder = new SegmentStartFinder();
  finder.push(new RecordingBuilder().piece(...pictures));
  const ticks = finder.finish();
  return ticks === undefined ? undefined : ticks / FRAME_TICKS;
};

describe('the start of a segment', () => {
  it.each<[string, Picture[], number]>([
    ['is its first picture when that is a keyframe', ['K102', 'P103', 'P104'], 102],
    ['is the keyframe although leading pictures come before it', ['R105', 'B103', 'B104', 'P108'], 105],
    ['is the least time within the reordering when it begins between keyframes', ['P104', 'B102', 'B103', 'P107'], 102],
    ['is the first picture when nothing is reordered', ['P100', 'P101'], 100],
    ['is the least time of all when the segment ends within the reordering', ['P107', 'B105'], 105],
  ])('%s', (_, pictures, frame) => {
    expect(startFrame(pictures)).toBe(frame);
  });

  it('is known as soon as no later picture can be presented before', () => {
    const builder = new RecordingBuilder();
    const finder = new SegmentStartFinder();
    expect(finder.push(builder.piece('P104', 'B102'))).toBe(false);
    expect(finder.push(builder.piece('B103'))).toBe(true);
    expect(finder.startTicks).toBe(102 * FRAME_TICKS);
  });

  it('is the first audio time of a program without video', () => {
    const audio = new TsBuilder().program(AUDIO).pes(AUDIO.pid, adtsFrame(filler(30)), { pts: 777 });
    expect(probeHead(audio.build()).segmentStartTicks).toBe(777);
  });

  it('is the first audio time where the video is missing, once the segment has ended', () => {
    const bytes = new TsBuilder()
      .program(VIDEO, AUDIO)
      .pes(AUDIO.pid, adtsFrame(filler(30)), { pts: 777 })
      .build();
    expect(probeHead(bytes).segmentStartTicks).toBeUndefined();
    expect(probeHead(bytes, { isWhole: true }).segmentStartTicks).toBe(777);
  });
});

describe('probeHead', () => {
  const bytes = new RecordingBuilder({ audio: true }).piece('K102', 'P103', 'P104');

  it('tells program, times and configurations', () => {
    const probe = probeHead(bytes);
    expect(probe).toMatchObject({
      ...{ needsMoreBytes: false, missing: [], segmentStartTicks: 102 * FRAME_TICKS },
      firstVideo: { pid: VIDEO.pid, ptsTicks: 102 * FRAME_TICKS, dtsTicks: 100 * FRAME_TICKS, keyframe: true },
      firstAudio: { pid: AUDIO.pid, ptsTicks: 100 * FRAME_TICKS },
      configs: [{ codec: 'h264' }, { codec: 'aac' }],
    });
    expect(probe.programPackets).toEqual(bytes.subarray(0, 2 * 188));
  });

  it.each([
    ['before the tables end', 188, ['program']],
    ['before the first picture', 2 * 188, ['start', 'video-config', 'audio-config']],
  ])('asks for more bytes %s', (_, size, missing) => {
    expect(probeHead(bytes.subarray(0, size))).toMatchObject({ missing, needsMoreBytes: true });
  });

  it('asks for more bytes where a large first picture stands before the audio', () => {
    expect(probeHead(bytes.subarray(0, 3 * 188))).toMatchObject({ missing: ['audio-config'], needsMoreBytes: true });
  });

  it('asks for no more than there is where the audio never begins', () => {
    const declared = new RecordingBuilder({ audio: 'declared' }).piece('K102', 'P103', 'P104');
    expect(probeHead(declared, { isWhole: true })).toMatchObject({ missing: ['audio-config'], needsMoreBytes: false });
  });

  it('asks for no more bytes once it knows that the audio is not what it is named for', () => {
    const other = new TsBuilder().program(AUDIO).pes(AUDIO.pid, filler(20_000), { pts: 777 }).build();
    expect(probeHead(other)).toMatchObject({ unread: new Map([[AUDIO.pid, 'unknown']]), needsMoreBytes: false });
  });

  it('reads a segment without tables with those of another', () => {
    const { programPackets } = probeHead(bytes);
    const without = bytes.subarray(2 * 188);
    expect(probeHead(without).missing).toEqual(['program']);
    expect(probeHead(without, { programPackets })).toMatchObject({ missing: [], firstVideo: { keyframe: true } });
  });

  it('does not wait for parameter sets that no keyframe announces', () => {
    const probe = probeHead(new RecordingBuilder().piece('P100', 'P101', 'K102'));
    expect(probe).toMatchObject({ needsMoreBytes: false, firstVideo: { keyframe: false } });
  });
});
