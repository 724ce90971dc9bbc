import { TICKS_PER_SECOND } from '../ticks.js';
import type { SegmentProbe } from './segment-probe.js';

/** Bytes of sample tables (ISO/IEC 14496-12 §8.6, §8.7): a size and a decode-to-composition offset of a run of one. */
const BYTES_A_PICTURE = 4 + 8;
const BYTES_A_FRAME = 4;
/** An offset of 64 bits, and a run of one in the sample-to-chunk table. */
const BYTES_A_CHUNK = 8 + 12;
const CHUNKS_A_SECOND = 4;
/** Boxes, configurations, edits. */
const FIXED_BYTES = 64 * 1024;
/** The fastest that is usual, since a probe does not tell: of 25 pictures a second more than half is not used. */
const PICTURES_A_SECOND = 60;
const SAMPLES_A_FRAME = 1024;
const USUAL_SAMPLE_RATE_HZ = 48_000;

/** Bytes a header of an mp4/mov takes, at about and rather more: what is not used is filled up, and more makes it longer. */
export const headerRoomBytes = (durationTicks: number, { streams }: SegmentProbe): number => {
  const bytesASecond = streams.map(({ kind, sampleRateHz = USUAL_SAMPLE_RATE_HZ }) => {
    if (kind === 'other') return 0;
    const samples =
      kind === 'video' ? PICTURES_A_SECOND * BYTES_A_PICTURE : (sampleRateHz / SAMPLES_A_FRAME) * BYTES_A_FRAME;
    return samples + CHUNKS_A_SECOND * BYTES_A_CHUNK;
  });
  const seconds = durationTicks / TICKS_PER_SECOND;
  return FIXED_BYTES + Math.ceil(seconds * bytesASecond.reduce((sum, bytes) => sum + bytes, 0));
};
