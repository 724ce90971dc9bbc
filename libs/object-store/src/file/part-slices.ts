import type { StoredPart } from './current-part.js';

/** Bytes `[startByte, endByte)` of a part. */
export interface PartSlice {
  part: StoredPart;
  startByte: number;
  endByte: number;
}

/** Consecutive bytes of the joined file, and whose they are. */
export interface JoinedSpan {
  startByte: number;
  slices: PartSlice[];
}

export interface SpanLimits {
  maxSpans: number;
  /** Every span but the last begins and ends at a multiple of it. */
  stepBytes: number;
  /** No more spans than have so many bytes each. */
  minSpanBytes: number;
}

/** Bytes `[startByte, endByte)` of the joined file. */
export type Stretch = readonly [startByte: number, endByte: number];

export const totalBytesOf = (parts: readonly StoredPart[]): number =>
  parts.reduce((sum, part) => sum + part.sizeBytes, 0);

/** Cuts a stretch of the parts' bytes, one part behind the other, into spans of about the same size. */
export function spansOf(
  parts: readonly StoredPart[],
  { maxSpans, stepBytes, minSpanBytes }: SpanLimits,
  [first, last]: Stretch = [0, totalBytesOf(parts)],
): JoinedSpan[] {
  const spanBytes = Math.max(Math.ceil((last - first) / maxSpans / stepBytes) * stepBytes, minSpanBytes);
  const spans: JoinedSpan[] = [];
  for (let startByte = first; startByte < last; startByte += spanBytes) {
    spans.push({ startByte, slices: slicesOf(parts, [startByte, Math.min(startByte + spanBytes, last)]) });
  }
  return spans;
}

function slicesOf(parts: readonly StoredPart[], [first, last]: Stretch): PartSlice[] {
  const slices: PartSlice[] = [];
  let partStart = 0;
  for (const part of parts) {
    const partEnd = partStart + part.sizeBytes;
    const [from, to] = [Math.max(first, partStart), Math.min(last, partEnd)];
    if (from < to) slices.push({ part, startByte: from - partStart, endByte: to - partStart });
    partStart = partEnd;
  }
  return slices;
}
