import { bytesOf } from '../bytes/byte-writer.js';
import type { RangeReport, RangeSpan, SpanColumns } from './range-report.js';

/** First bytes of an encoded report: name and version. */
export const REPORT_MAGIC = 'cfr1';

/** The columns of a span, in the order they are stored. */
export const COLUMN_NAMES = ['sizes', 'steps', 'offsets', 'keys', 'frames'] as const satisfies (keyof SpanColumns)[];

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** JSON has no bytes: parameter sets become `{"hex": "…"}`. */
const replaceBytes = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { hex: hexOf(value) } : value;

/** Spans without their columns, which follow the head as bytes. */
function headOf(span: RangeSpan): object {
  const { columns, ...summary } = span;
  return { ...summary, columnBytes: COLUMN_NAMES.map((name) => columns[name].length) };
}

/** Magic, length of the head, head (JSON: few and readable), chunks, columns (varints: many and small). Meant to be gzipped. */
export function encodeRangeReport(report: RangeReport): Uint8Array {
  const { spans, chunks, ...rest } = report;
  const head = { ...rest, chunkBytes: chunks.length, spans: spans.map(headOf) };
  const headBytes = new TextEncoder().encode(JSON.stringify(head, replaceBytes));
  return bytesOf((w) => {
    w.latin1(REPORT_MAGIC);
    w.u32(headBytes.length);
    w.raw(headBytes);
    w.raw(chunks);
    for (const span of spans) for (const name of COLUMN_NAMES) w.raw(span.columns[name]);
  });
}

/** Several, one behind the other: a report knows where it ends. */
export function encodeRangeReports(reports: readonly RangeReport[]): Uint8Array {
  return bytesOf((w) => {
    for (const report of reports) w.raw(encodeRangeReport(report));
  });
}
