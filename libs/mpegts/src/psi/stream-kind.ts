import type { AudioCodec, VideoCodec } from '../sample.js';

/** What an elementary stream carries. The first two groups are demuxed, the others only named. */
export type StreamKind =
  | VideoCodec
  | AudioCodec
  | 'aac-latm'
  | 'mpeg1video'
  | 'dts'
  | 'teletext'
  | 'dvb-subtitle'
  | 'scte35'
  | 'id3'
  | 'private'
  | 'unknown';

/** An entry of a PMT loop. */
export interface Descriptor {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** Entries of a descriptor loop (ISO/IEC 13818-1 §2.6); a truncated one ends it. */
export const readDescriptors = (bytes: Uint8Array, from: number, to: number): Descriptor[] => {
  const descriptors: Descriptor[] = [];
  for (let at = from; at + 2 <= to; at += 2 + bytes[at + 1]) {
    const end = at + 2 + bytes[at + 1];
    if (end > to) break;
    descriptors.push({ tag: bytes[at], bytes: bytes.slice(at + 2, end) });
  }
  return descriptors;
};

/** ISO/IEC 13818-1 Table 2-34, ATSC A/53-3, SCTE 35 §8.1; 0x03 and 0x04 become mp3 when the frames say layer III. */
const KIND_OF_TYPE: Readonly<Record<number, StreamKind>> = {
  0x01: 'mpeg1video',
  0x02: 'mpeg2video',
  0x03: 'mp2',
  0x04: 'mp2',
  0x0f: 'aac',
  0x11: 'aac-latm',
  0x15: 'id3',
  0x1b: 'h264',
  0x24: 'hevc',
  0x81: 'ac3',
  0x82: 'dts',
  0x86: 'scte35',
  0x87: 'eac3',
};

/** format_identifier of a registration descriptor (SMPTE RA). */
const KIND_OF_FORMAT: Readonly<Record<string, StreamKind>> = {
  'AC-3': 'ac3',
  EAC3: 'eac3',
  HEVC: 'hevc',
  DTS1: 'dts',
  DTS2: 'dts',
  DTS3: 'dts',
  CUEI: 'scte35',
  'ID3 ': 'id3',
};

/** ETSI EN 300 468 Table 12: descriptors that say what private PES data is. */
const KIND_OF_TAG: Readonly<Record<number, StreamKind>> = {
  0x56: 'teletext',
  0x59: 'dvb-subtitle',
  0x6a: 'ac3',
  0x7a: 'eac3',
  0x7b: 'dts',
};

const PRIVATE_PES_TYPE = 0x06;
const REGISTRATION_TAG = 0x05;
const LANGUAGE_TAG = 0x0a;

export const streamKind = (streamType: number, descriptors: readonly Descriptor[]): StreamKind => {
  const known = KIND_OF_TYPE[streamType];
  if (known !== undefined) return known;
  for (const { tag } of descriptors) if (KIND_OF_TAG[tag] !== undefined) return KIND_OF_TAG[tag];
  for (const { tag, bytes } of descriptors) {
    if (tag !== REGISTRATION_TAG) continue;
    const format = KIND_OF_FORMAT[ascii(bytes.subarray(0, 4))];
    if (format !== undefined) return format;
  }
  return streamType === PRIVATE_PES_TYPE || streamType >= 0x80 ? 'private' : 'unknown';
};

/** ISO_639_language_code of the language descriptor (ISO/IEC 13818-1 §2.6.18), the first one if there are several. */
export const streamLanguage = (descriptors: readonly Descriptor[]): string | undefined => {
  const descriptor = descriptors.find(({ tag, bytes }) => tag === LANGUAGE_TAG && bytes.length >= 3);
  const code = descriptor === undefined ? '' : ascii(descriptor.bytes.subarray(0, 3));
  return /^[A-Za-z]{3}$/.test(code) ? code.toLowerCase() : undefined;
};

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const isVideoCodec = (kind: StreamKind): kind is VideoCodec =>
  kind === 'h264' || kind === 'hevc' || kind === 'mpeg2video';

export const isAudioCodec = (kind: StreamKind): kind is AudioCodec =>
  kind === 'aac' || kind === 'ac3' || kind === 'eac3' || kind === 'mp2' || kind === 'mp3';

/** Kinds that come in PES packets with time stamps; the others are sections or unknown. */
export const isPesKind = (kind: StreamKind): boolean => kind !== 'scte35' && kind !== 'unknown';
