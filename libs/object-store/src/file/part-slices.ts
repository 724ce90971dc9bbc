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

/** Cuts the parts' bytes, one part behind the other, into spans of about the same size. */
export function spansOf(parts: readonly StoredPart[], { maxSpans, stepBytes, minSpanBytes }: SpanLimits): JoinedSpan[] {
  const totalBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const spanBytes = Math.max(Math.ceil(totalBytes / maxSpans / stepBytes) * stepBytes, minSpanBytes);
  const spans: JoinedSpan[] = [];
  let partStart = 0;
  for (const part of parts) {
    const partEnd = partStart + part.sizeBytes;
    for (let at = partStart; at < partEnd;) {
      const spanStart = at - (at % spanBytes);
      if (at === spanStart) spans.push({ startByte: spanStart, slices: [] });
      const end = Math.min(partEnd, spanStart + spanBytes);
      spans[spans.length - 1].slices.push({ part, startByte: at - partStart, endByte: end - partStart });
      at = end;
    }
    partStart = partEnd;
  }
  return spans;
}
