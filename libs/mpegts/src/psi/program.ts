import type { StreamKind } from './stream-kind.js';
import { readDescriptors, streamKind, streamLanguage } from './stream-kind.js';

/** One elementary stream of a program. */
export interface TsStream {
  readonly pid: number;
  /** 0-based position in the PMT. */
  readonly streamIndex: number;
  readonly streamType: number;
  readonly kind: StreamKind;
  readonly language?: string;
}

/** What PAT and PMT say of the program that is read: the first one of the PAT. */
export interface TsProgram {
  readonly programNumber: number;
  readonly pmtPid: number;
  readonly pcrPid: number;
  readonly streams: readonly TsStream[];
}

const PAT_TABLE_ID = 0x00;
const PMT_TABLE_ID = 0x02;
const CRC_BYTES = 4;

/** A section that is meant for now (current_next_indicator) and long enough for its fixed fields. */
const isCurrent = (section: Uint8Array, tableId: number, fixedBytes: number): boolean =>
  section.length >= fixedBytes + CRC_BYTES && section[0] === tableId && (section[5] & 0x01) === 1;

/** The first program of a PAT section (ISO/IEC 13818-1 §2.4.4.3); program 0 is the network PID. */
export const parsePat = (section: Uint8Array): { programNumber: number; pmtPid: number } | undefined => {
  if (!isCurrent(section, PAT_TABLE_ID, 8)) return undefined;
  for (let at = 8; at + 4 <= section.length - CRC_BYTES; at += 4) {
    const programNumber = (section[at] << 8) | section[at + 1];
    if (programNumber !== 0) return { programNumber, pmtPid: ((section[at + 2] & 0x1f) << 8) | section[at + 3] };
  }
  return undefined;
};

/** A PMT section (ISO/IEC 13818-1 §2.4.4.8). */
export const parsePmt = (section: Uint8Array, pmtPid: number): TsProgram | undefined => {
  if (!isCurrent(section, PMT_TABLE_ID, 12)) return undefined;
  const streams: TsStream[] = [];
  const end = section.length - CRC_BYTES;
  const programInfoBytes = ((section[10] & 0x0f) << 8) | section[11];
  for (let at = 12 + programInfoBytes; at + 5 <= end;) {
    const infoBytes = ((section[at + 3] & 0x0f) << 8) | section[at + 4];
    const next = Math.min(at + 5 + infoBytes, end);
    const descriptors = readDescriptors(section, at + 5, next);
    const language = streamLanguage(descriptors);
    streams.push({
      pid: ((section[at + 1] & 0x1f) << 8) | section[at + 2],
      streamIndex: streams.length,
      streamType: section[at],
      kind: streamKind(section[at], descriptors),
      ...(language !== undefined && { language }),
    });
    at = next;
  }
  return {
    programNumber: (section[3] << 8) | section[4],
    pmtPid,
    pcrPid: ((section[8] & 0x1f) << 8) | section[9],
    streams,
  };
};
