import { readStamp } from '../rebase/stamps.js';

/** Header of a PES packet. Times as on the wire: 33 bits, not unwrapped. */
export interface PesHeader {
  readonly headerBytes: number;
  /** Elementary stream bytes that follow; undefined: until the next PES starts (allowed for video). */
  readonly payloadBytes: number | undefined;
  readonly pts: number | undefined;
  readonly dts: number | undefined;
}

/** `short`: more bytes are needed. `invalid`: no PES with a time begins here. */
export type PesHeaderResult = PesHeader | 'short' | 'invalid';

const FIXED_BYTES = 9;
/** A PES header is never longer (PES_header_data_length is one byte). */
export const MAX_PES_HEADER_BYTES = FIXED_BYTES + 255;

/** stream_ids whose PES has no optional header (ISO/IEC 13818-1 §2.4.3.7): maps, padding, private 2, ECM, EMM, … */
const PLAIN_STREAM_IDS: ReadonlySet<number> = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]);

/** Parses the PES header in `[from, to)`. */
export const parsePesHeader = (bytes: Uint8Array, from: number, to: number): PesHeaderResult => {
  const available = to - from;
  if (available < FIXED_BYTES) return 'short';
  if (bytes[from] !== 0 || bytes[from + 1] !== 0 || bytes[from + 2] !== 1) return 'invalid';
  if (PLAIN_STREAM_IDS.has(bytes[from + 3]) || (bytes[from + 6] & 0xc0) !== 0x80) return 'invalid';
  const headerBytes = FIXED_BYTES + bytes[from + 8];
  if (available < headerBytes) return 'short';
  const packetBytes = (bytes[from + 4] << 8) | bytes[from + 5];
  // Marker bits are not checked: encoders get them wrong, and every demuxer forgives it.
  const hasPts = (bytes[from + 7] & 0x80) !== 0 && headerBytes >= 14;
  const hasDts = hasPts && (bytes[from + 7] & 0x40) !== 0 && headerBytes >= 19;
  const pts = hasPts ? readStamp(bytes, from + 9) : undefined;
  return {
    headerBytes,
    payloadBytes: packetBytes === 0 ? undefined : Math.max(0, packetBytes + 6 - headerBytes),
    pts,
    dts: hasDts ? readStamp(bytes, from + 14) : pts,
  };
};
