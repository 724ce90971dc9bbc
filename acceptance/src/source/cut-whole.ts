import { segmentStartTicks, ticksBetween } from './segment-clock.js';
import type { SourceSegment } from './source.js';
import { beginsPes, isRandomAccess, isTable, PACKET_BYTES, packetsIn, pidOf, VIDEO_PID } from './ts-packets.js';

const TICKS_PER_SECOND = 90_000;

/** Byte positions of the keyframes but the first, with the tables before them. */
const keyframePositions = (bytes: Uint8Array): number[] => {
  const packets = packetsIn(bytes);
  const positions: number[] = [];
  for (const [index, packet] of packets.entries()) {
    if (pidOf(packet) !== VIDEO_PID || !beginsPes(packet) || !isRandomAccess(packet)) continue;
    let start = index;
    while (start > 0 && isTable(packets[start - 1])) start--;
    if (start > 0) positions.push(start * PACKET_BYTES);
  }
  return positions;
};

/** `shiftPackets`: so much earlier than the keyframe; what comes before it then belongs to a PES of the segment before. */
export const cutAtKeyframes = (bytes: Uint8Array, durationSeconds: number, shiftPackets = 0): SourceSegment[] =>
  cutAt(
    bytes,
    keyframePositions(bytes).map((position) => position - shiftPackets * PACKET_BYTES),
    durationSeconds,
  );

/** Every so many bytes, through pictures, audio frames and packets alike. */
export const cutEvery = (bytes: Uint8Array, segmentBytes: number, durationSeconds: number): SourceSegment[] =>
  cutAt(
    bytes,
    Array.from({ length: Math.ceil(bytes.length / segmentBytes) - 1 }, (_, index) => (index + 1) * segmentBytes),
    durationSeconds,
  );

const cutAt = (bytes: Uint8Array, positions: readonly number[], durationSeconds: number): SourceSegment[] => {
  const bounds = [0, ...positions, bytes.length];
  const pieces = bounds.slice(1).map((end, index) => ({
    bytes: bytes.subarray(bounds[index], end),
    phaseBytes: (PACKET_BYTES - (bounds[index] % PACKET_BYTES)) % PACKET_BYTES,
  }));
  const starts = pieces.map((piece) => segmentStartTicks(piece));
  const offsets = starts.map((start) => start && ticksBetween(starts[0]!, start) / TICKS_PER_SECOND);
  const borders = spread([...offsets, durationSeconds]);
  return pieces.map((piece, index) => ({
    ...piece,
    run: 0,
    durationSeconds: borders[index + 1] - borders[index],
  }));
};

/** Where no picture begins in a segment, it begins evenly between its neighbours. The first and the last offset are known. */
export const spread = (offsets: readonly (number | undefined)[]): number[] => {
  const known = [...offsets.entries()].flatMap(([index, offset]) => (offset === undefined ? [] : [{ index, offset }]));
  return offsets.map((offset, index) => {
    if (offset !== undefined) return offset;
    const before = known.findLast((each) => each.index < index)!;
    const after = known.find((each) => each.index > index)!;
    return before.offset + ((after.offset - before.offset) * (index - before.index)) / (after.index - before.index);
  });
};
