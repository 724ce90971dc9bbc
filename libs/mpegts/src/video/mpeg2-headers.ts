import type { ColourDescription, PictureFormat } from '../sample.js';

/** start_code values, ISO/IEC 13818-2 Table 6-1. */
export const MPEG2 = {
  picture: 0x00,
  sliceFirst: 0x01,
  sliceLast: 0xaf,
  sequence: 0xb3,
  extension: 0xb5,
  sequenceEnd: 0xb7,
  group: 0xb8,
} as const;

const SEQUENCE_EXTENSION_ID = 1;
const DISPLAY_EXTENSION_ID = 2;
const PICTURE_CODING_EXTENSION_ID = 8;
const FRAME_STRUCTURE = 3;
/** Frame durations by frame_rate_code (Table 6-4). */
const FRAME_TICKS = [0, 3753.75, 3750, 3600, 3003, 3000, 1800, 1501.5, 1500];
/** Display aspect ratios by aspect_ratio_information (Table 6-3). */
const DISPLAY_ASPECTS: Readonly<Record<number, readonly [number, number]>> = { 2: [4, 3], 3: [16, 9], 4: [221, 100] };

export interface Mpeg2Sequence {
  readonly picture: PictureFormat;
  readonly frameTicks: number | undefined;
}

/** Parses a sequence header and the extensions behind it, start codes included (§6.2.2.1, §6.2.2.3, §6.2.2.4). */
export const parseMpeg2Sequence = (bytes: Uint8Array): Mpeg2Sequence | undefined => {
  if (bytes.length < 12) return undefined;
  const extension = findExtension(bytes, SEQUENCE_EXTENSION_ID);
  const high = extension === undefined ? { width: 0, height: 0 } : sizeExtension(bytes, extension);
  const width = ((bytes[4] << 4) | (bytes[5] >> 4)) + high.width;
  const height = (((bytes[5] & 0x0f) << 8) | bytes[6]) + high.height;
  if (width === 0 || height === 0) return undefined;
  const [sarWidth, sarHeight] = sampleAspect(bytes[7] >> 4, width, height);
  // progressive_sequence; MPEG-1 has no fields.
  const interlaced = extension !== undefined && (bytes[extension + 1] & 0x08) === 0;
  const colour = readColour(bytes);
  const picture = { width, height, sarWidth, sarHeight, interlaced, ...(colour && { colour }) };
  return { picture, frameTicks: FRAME_TICKS[bytes[7] & 0x0f] };
};

const sizeExtension = (bytes: Uint8Array, at: number): { width: number; height: number } => ({
  width: (((bytes[at + 1] & 0x01) << 1) | (bytes[at + 2] >> 7)) << 12,
  height: ((bytes[at + 2] >> 5) & 0x03) << 12,
});

/** §6.2.2.4: colour_description of the sequence display extension; MPEG-2 video has limited range. */
const readColour = (bytes: Uint8Array): ColourDescription | undefined => {
  const at = findExtension(bytes, DISPLAY_EXTENSION_ID);
  if (at === undefined || at + 4 > bytes.length || (bytes[at] & 0x01) === 0) return undefined;
  return { primaries: bytes[at + 1], transfer: bytes[at + 2], matrix: bytes[at + 3], fullRange: false };
};

const sampleAspect = (code: number, width: number, height: number): readonly [number, number] => {
  const display = DISPLAY_ASPECTS[code];
  if (display === undefined) return [1, 1];
  const x = display[0] * height;
  const y = display[1] * width;
  const divisor = greatestDivisor(x, y);
  return [x / divisor, y / divisor];
};

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** Index of the byte that holds this extension's id, behind its start code. */
const findExtension = (bytes: Uint8Array, id: number): number | undefined => {
  for (let at = 0; at + 6 < bytes.length; at++) {
    const isExtension =
      bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1 && bytes[at + 3] === MPEG2.extension;
    if (isExtension && bytes[at + 4] >> 4 === id) return at + 4;
  }
  return undefined;
};

export interface Mpeg2Picture {
  readonly temporalReference: number;
  readonly codingType: 'I' | 'P' | 'B' | 'D';
  /** Which field; undefined: a frame. */
  readonly field: 'top' | 'bottom' | undefined;
}

/** So many bytes from a picture's start code hold its header and its coding extension. */
export const MPEG2_PICTURE_HEAD_BYTES = 32;
const CODING_TYPES = ['D', 'I', 'P', 'B', 'D', 'D', 'D', 'D'] as const;

/** Parses a picture header from its start code, and the picture coding extension (§6.2.3, §6.2.3.1). */
export const parseMpeg2Picture = (bytes: Uint8Array): Mpeg2Picture => {
  const extension = findExtension(bytes, PICTURE_CODING_EXTENSION_ID);
  const structure = extension === undefined ? FRAME_STRUCTURE : bytes[extension + 2] & 0x03;
  return {
    temporalReference: (bytes[4] << 2) | (bytes[5] >> 6),
    codingType: CODING_TYPES[(bytes[5] >> 3) & 0x07],
    field: structure === 1 ? 'top' : structure === 2 ? 'bottom' : undefined,
  };
};
