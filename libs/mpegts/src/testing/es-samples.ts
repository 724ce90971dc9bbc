import { concatBytes } from '../bytes.js';
import { BitWriter } from '../video/bit-writer.js';

const nal = (header: number, rbsp: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(header), rbsp]);

/** 320×160, High profile, frame_num of 4 bits. */
export const h264Sps = ({ frameMbsOnly = true, width = 320 } = {}): Uint8Array => {
  const writer = new BitWriter().bits(0x64001e, 24).unsigned(0, 1, 0, 0).bits(0, 2).unsigned(0, 2, 4).bits(0, 1);
  writer.unsigned(width / 16 - 1, frameMbsOnly ? 9 : 4).bits(frameMbsOnly ? 1 : 0, 1);
  if (!frameMbsOnly) writer.bits(0, 1);
  return nal(0x67, writer.bits(1, 1).bits(0, 2).bytes());
};

export const h264Pps = (): Uint8Array => nal(0x68, new BitWriter().unsigned(0, 0).bits(0, 2).unsigned(0).bytes());

export interface SliceOptions {
  type?: 1 | 5;
  reference?: boolean;
  firstMb?: number;
  frameNum?: number;
  /** Only with an SPS that allows fields. */
  field?: 'top' | 'bottom' | 'frame';
  fill?: number;
  sizeBytes?: number;
}

export const h264Slice = (options: SliceOptions = {}): Uint8Array => {
  const { type = 1, reference = true, firstMb = 0, frameNum = 0, field, fill = 0xaa, sizeBytes = 60 } = options;
  const writer = new BitWriter().unsigned(firstMb, 0, 0).bits(frameNum, 4);
  if (field === 'frame') writer.bits(0, 1);
  else if (field !== undefined) writer.bits(1, 1).bits(field === 'bottom' ? 1 : 0, 1);
  return concatBytes([nal((reference ? 0x60 : 0) | type, writer.bytes()), new Uint8Array(sizeBytes).fill(fill)]);
};

export const AUD = Uint8Array.of(0x09, 0xf0);
export const RECOVERY_POINT = Uint8Array.of(0x06, 0x06, 0x01, 0xc4, 0x80);

/** Annex B: 4-byte start codes, or 3-byte ones. */
export const annexB = (nals: Uint8Array[], startCodeBytes: 3 | 4 = 4): Uint8Array =>
  concatBytes(nals.flatMap((unit) => [Uint8Array.of(0, 0, 0, 1).subarray(4 - startCodeBytes), unit]));

export const lengthPrefixed = (nals: Uint8Array[]): Uint8Array =>
  concatBytes(nals.flatMap((unit) => [Uint8Array.of(0, 0, unit.length >> 8, unit.length & 0xff), unit]));

/** An ADTS frame of AAC LC, 48 kHz, stereo by default. */
export const adtsFrame = (payload: Uint8Array, { frequencyIndex = 3, channels = 2 } = {}): Uint8Array => {
  const length = payload.length + 7;
  const header = [
    ...[0xff, 0xf1, 0x40 | (frequencyIndex << 2) | (channels >> 2), ((channels & 3) << 6) | (length >> 11)],
    ...[(length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc],
  ];
  return concatBytes([Uint8Array.from(header), payload]);
};

/** Bytes that cannot hold a sync word or a start code. */
export const filler = (sizeBytes: number, value = 0x55): Uint8Array => new Uint8Array(sizeBytes).fill(value);
