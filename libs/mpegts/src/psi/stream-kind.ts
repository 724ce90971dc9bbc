import type { AudioCodec, VideoCodec } from '../sample.js';

/** Named, and not demuxed. */
type ForeignVideo = 'mpeg1video' | 'mpeg4' | 'vc1' | 'vvc' | 'cavs' | 'avs2' | 'avs3' | 'jpeg2000' | 'dirac';
type ForeignAudio = 'aac-latm' | 'dts' | 'opus' | 's302m' | 'ac4';
type DataKind = 'teletext' | 'vbi' | 'dvb-subtitle' | 'scte35' | 'id3' | 'klv' | 'sections';

/** What an elementary stream carries. `private` and `unknown`: it may be video or audio that is not known here. */
export type StreamKind = VideoCodec | AudioCodec | ForeignVideo | ForeignAudio | DataKind | 'private' | 'unknown';

export type StreamMedia = 'video' | 'audio' | 'data' | 'unknown';

const MEDIA_OF_KIND: Readonly<Record<StreamKind, StreamMedia>> = {
  ...{ h264: 'video', hevc: 'video', mpeg2video: 'video' },
  ...{ mpeg1video: 'video', mpeg4: 'video', vc1: 'video', vvc: 'video', cavs: 'video', avs2: 'video', avs3: 'video' },
  ...{ jpeg2000: 'video', dirac: 'video' },
  ...{ aac: 'audio', ac3: 'audio', eac3: 'audio', mp2: 'audio', mp3: 'audio' },
  ...{ 'aac-latm': 'audio', dts: 'audio', opus: 'audio', s302m: 'audio', ac4: 'audio' },
  ...{
    teletext: 'data',
    vbi: 'data',
    'dvb-subtitle': 'data',
    scte35: 'data',
    id3: 'data',
    klv: 'data',
    sections: 'data',
  },
  ...{ private: 'unknown', unknown: 'unknown' },
};

/** Whether a stream is to be seen or heard, be it demuxed here or not. */
export const mediaOfKind = (kind: StreamKind): StreamMedia => MEDIA_OF_KIND[kind];

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

/** ISO/IEC 13818-1 Table 2-34, ATSC A/53-3, SCTE 35 §8.1, SMPTE RP 227; 0x03 and 0x04 become mp3 when the frames say layer III. */
const KIND_OF_TYPE: Readonly<Record<number, StreamKind>> = {
  0x01: 'mpeg1video',
  0x02: 'mpeg2video',
  0x03: 'mp2',
  0x04: 'mp2',
  0x05: 'sections',
  0x08: 'sections',
  0x0a: 'sections',
  0x0b: 'sections',
  0x0c: 'sections',
  0x0d: 'sections',
  0x0f: 'aac',
  0x10: 'mpeg4',
  0x11: 'aac-latm',
  0x13: 'sections',
  0x14: 'sections',
  0x15: 'id3',
  0x16: 'sections',
  0x17: 'sections',
  0x18: 'sections',
  0x19: 'sections',
  0x1b: 'h264',
  0x21: 'jpeg2000',
  0x24: 'hevc',
  0x33: 'vvc',
  0x42: 'cavs',
  0x81: 'ac3',
  0x82: 'dts',
  0x86: 'scte35',
  0x87: 'eac3',
  0xd1: 'dirac',
  0xd2: 'avs2',
  0xd4: 'avs3',
  0xea: 'vc1',
};

/** format_identifier of a registration descriptor (SMPTE RA). */
const KIND_OF_FORMAT: Readonly<Record<string, StreamKind>> = {
  'AC-3': 'ac3',
  'AC-4': 'ac4',
  AVSV: 'avs2',
  AVS3: 'avs3',
  BSSD: 's302m',
  EAC3: 'eac3',
  HEVC: 'hevc',
  DTS1: 'dts',
  DTS2: 'dts',
  DTS3: 'dts',
  CUEI: 'scte35',
  'ID3 ': 'id3',
  KLVA: 'klv',
  Opus: 'opus',
  'VC-1': 'vc1',
  drac: 'dirac',
};

/** ETSI EN 300 468 Table 12: descriptors that say what private PES data is. */
const KIND_OF_TAG: Readonly<Record<number, StreamKind>> = {
  0x45: 'vbi',
  0x46: 'vbi',
  0x56: 'teletext',
  0x59: 'dvb-subtitle',
  0x6a: 'ac3',
  0x7a: 'eac3',
  0x7b: 'dts',
};

/** ETSI EN 300 468 Table 109, and 0x80 as encoders write it before that is settled: what an extension descriptor describes. */
const KIND_OF_EXTENSION: Readonly<Record<number, StreamKind>> = { 0x15: 'ac4', 0x80: 'opus' };

const EXTENSION_TAG = 0x7f;
const PRIVATE_PES_TYPE = 0x06;
const REGISTRATION_TAG = 0x05;
const LANGUAGE_TAG = 0x0a;

export const streamKind = (streamType: number, descriptors: readonly Descriptor[]): StreamKind => {
  const known = KIND_OF_TYPE[streamType];
  if (known !== undefined) return known;
  for (const { tag, bytes } of descriptors) {
    const kind = tag === EXTENSION_TAG ? KIND_OF_EXTENSION[bytes[0]] : KIND_OF_TAG[tag];
    if (kind !== undefined) return kind;
  }
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

/** Video whose keyframes are told by the first bytes of a picture, so that it can be cut without being demuxed. */
export type JudgedVideo = VideoCodec | 'mpeg1video' | 'mpeg4';

export const isJudgedVideo = (kind: StreamKind): kind is JudgedVideo =>
  isVideoCodec(kind) || kind === 'mpeg1video' || kind === 'mpeg4';

/** Whether its samples are known here. */
export const isDemuxed = (kind: StreamKind): boolean => isVideoCodec(kind) || isAudioCodec(kind);

/** Kinds that come in PES packets with time stamps; the others are sections or unknown. */
export const isPesKind = (kind: StreamKind): boolean => kind !== 'scte35' && kind !== 'sections' && kind !== 'unknown';
