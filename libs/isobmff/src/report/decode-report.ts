import type { TrackConfig } from '@clipfleet/mpegts';
import { IsobmffError } from '../isobmff-error.js';
import { COLUMN_NAMES, REPORT_MAGIC } from './encode-report.js';
import type { RangeReport, RangeSpan } from './range-report.js';

type Fields = Record<string, unknown>;

const refuse = (what: string): never => {
  throw new IsobmffError('report-invalid', `the range report is damaged: ${what}`);
};

function fieldsOf(value: unknown, what: string): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : refuse(what);
}

const listOf = (value: unknown, what: string): unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : refuse(what);

const integerOf = (fields: Fields, name: string): number => {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(name);
};

const countOf = (fields: Fields, name: string): number => {
  const value = integerOf(fields, name);
  return value >= 0 ? value : refuse(name);
};

function reviveBytes(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('hex' in value)) return value;
  const { hex } = value;
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/.test(hex)) return refuse('bytes in hex');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Takes slices from the bytes behind the head, in order. */
class Tail {
  constructor(
    private readonly bytes: Uint8Array,
    private offset: number,
  ) {}

  take(count: number): Uint8Array {
    const end = this.offset + count;
    if (end > this.bytes.length) return refuse('it ends too early');
    const slice = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return slice;
  }

  get rest(): Uint8Array {
    return this.bytes.subarray(this.offset);
  }
}

function readHead(bytes: Uint8Array): { head: Fields; tail: Tail } {
  if (bytes.length < 8 || String.fromCharCode(...bytes.subarray(0, 4)) !== REPORT_MAGIC)
    refuse('it does not begin as one');
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  const tail = new Tail(bytes, 8);
  const text = new TextDecoder().decode(tail.take(headBytes));
  return { head: fieldsOf(parseJson(text), 'head'), tail };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, reviveBytes);
  } catch (error) {
    if (error instanceof IsobmffError) throw error;
    return refuse('its head is no JSON');
  }
}

function readSpan(value: unknown, tail: Tail): RangeSpan {
  const fields = fieldsOf(value, 'span');
  const { kind, language } = fields;
  const lengths = listOf(fields['columnBytes'], 'columnBytes');
  const columns = COLUMN_NAMES.map((name, i) => {
    const length = lengths[i];
    return [name, tail.take(typeof length === 'number' && length >= 0 ? length : refuse(`length of ${name}`))] as const;
  });
  return {
    runIndex: countOf(fields, 'runIndex'),
    pid: countOf(fields, 'pid'),
    streamIndex: countOf(fields, 'streamIndex'),
    kind: kind === 'video' || kind === 'audio' ? kind : refuse('kind'),
    ...(typeof language === 'string' && { language }),
    sampleCount: countOf(fields, 'sampleCount'),
    payloadBytes: countOf(fields, 'payloadBytes'),
    firstDtsTicks: integerOf(fields, 'firstDtsTicks'),
    firstPtsTicks: integerOf(fields, 'firstPtsTicks'),
    lastDtsTicks: integerOf(fields, 'lastDtsTicks'),
    minPtsTicks: integerOf(fields, 'minPtsTicks'),
    maxEndTicks: integerOf(fields, 'maxEndTicks'),
    lastDurationTicks: countOf(fields, 'lastDurationTicks'),
    columns: Object.fromEntries(columns) as unknown as RangeSpan['columns'],
  };
}

function readConfig(value: unknown): TrackConfig {
  const fields = fieldsOf(value, 'config');
  if (typeof fields['codec'] !== 'string') refuse('codec');
  return fields as unknown as TrackConfig;
}

function readReport(bytes: Uint8Array): { report: RangeReport; rest: Uint8Array } {
  const { head, tail } = readHead(bytes);
  const shown = fieldsOf(head['shown'], 'shown');
  const chunks = tail.take(countOf(head, 'chunkBytes'));
  const report: RangeReport = {
    ...(head['clipIndex'] !== undefined && { clipIndex: countOf(head, 'clipIndex') }),
    configs: listOf(head['configs'], 'configs').map(readConfig),
    spans: listOf(head['spans'], 'spans').map((span) => readSpan(span, tail)),
    chunks,
    chunkCount: countOf(head, 'chunkCount'),
    payloadBytes: countOf(head, 'payloadBytes'),
    paddingBytes: countOf(head, 'paddingBytes'),
    shown: {
      ...(shown['startTicks'] !== undefined && { startTicks: integerOf(shown, 'startTicks') }),
      ...(shown['endTicks'] !== undefined && { endTicks: integerOf(shown, 'endTicks') }),
    },
  };
  return { report, rest: tail.rest };
}

/** The report that `encodeRangeReport` wrote; anything else is refused as `report-invalid`. */
export function decodeRangeReport(bytes: Uint8Array): RangeReport {
  const { report, rest } = readReport(bytes);
  return rest.length === 0 ? report : refuse('bytes are left over');
}

/** The reports that `encodeRangeReports` wrote: at least one. */
export function decodeRangeReports(bytes: Uint8Array): RangeReport[] {
  const reports: RangeReport[] = [];
  let left = bytes;
  do {
    const { report, rest } = readReport(left);
    reports.push(report);
    left = rest;
  } while (left.length > 0);
  return reports;
}
