import type { AudioCodecConfig, AudioFrameHeader, AudioSyntax } from './audio-syntax.js';
import type { Ac3Config } from '../sample.js';

/** ETSI TS 102 366 Table 4.13, kbit/s by frmsizecod >> 1. */
const BIT_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const SAMPLE_RATES = [48000, 44100, 32000];
/** Full-bandwidth channels by acmod (Table 4.3). */
const CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
/** E-AC-3: audio blocks by numblkscod (Table E1.3). */
const BLOCKS = [1, 2, 3, 6];
const SAMPLES_PER_BLOCK = 256;
const MAX_AC3_BSID = 10;
const DEPENDENT_SUBSTREAM = 1;

const bsidOf = (bytes: Uint8Array, at: number): number => bytes[at + 5] >> 3;
const isEnhanced = (bytes: Uint8Array, at: number): boolean => bsidOf(bytes, at) > MAX_AC3_BSID;

/** AC-3 (ETSI TS 102 366 §4.3) and E-AC-3 (§E.1.2): one sync word, told apart by bsid. */
export const dolby: AudioSyntax = {
  syncByte: 0x0b,
  headerBytes: 8,
  hasDependents: true,

  parse(bytes: Uint8Array, at: number): AudioFrameHeader | undefined {
    if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77 || bsidOf(bytes, at) > 16) return undefined;
    return isEnhanced(bytes, at) ? parseEnhanced(bytes, at) : parseAc3(bytes, at);
  },

  configBits: (bytes: Uint8Array, at: number): number =>
    (bytes[at + 4] << 24) | (bytes[at + 5] << 16) | (bytes[at + 6] << 8) | bytes[at + 7],

  config(bytes: Uint8Array, at: number): AudioCodecConfig<Ac3Config> | undefined {
    const header = this.parse(bytes, at);
    if (header === undefined || header.dependent) return undefined;
    const { sampleRateHz, sampleCount: samplesPerFrame } = header;
    const enhanced = isEnhanced(bytes, at);
    const acmod = enhanced ? (bytes[at + 4] >> 1) & 0x07 : bytes[at + 6] >> 5;
    const lfeon = enhanced ? (bytes[at + 4] & 0x01) === 1 : ac3Lfe(bytes, at, acmod);
    const bitRateCode = enhanced ? 0 : (bytes[at + 4] & 0x3f) >> 1;
    const bitRateKbps = enhanced
      ? Math.round((header.frameBytes * 8 * sampleRateHz) / samplesPerFrame / 1000)
      : BIT_RATES[bitRateCode];
    // bsmod of E-AC-3 lies behind optional mixing data; decoders take 0, complete main.
    const bsmod = enhanced ? 0 : bytes[at + 5] & 0x07;
    return {
      ...{ kind: 'audio', codec: enhanced ? 'eac3' : 'ac3', sampleRateHz, samplesPerFrame },
      channelCount: CHANNELS[acmod] + (lfeon ? 1 : 0),
      dolby: { fscod: bytes[at + 4] >> 6, bsid: bsidOf(bytes, at), bsmod, acmod, lfeon, bitRateCode, bitRateKbps },
    };
  },
};

const parseAc3 = (bytes: Uint8Array, at: number): AudioFrameHeader | undefined => {
  const fscod = bytes[at + 4] >> 6;
  const sizeCode = bytes[at + 4] & 0x3f;
  const kbps = BIT_RATES[sizeCode >> 1];
  if (fscod > 2 || kbps === undefined) return undefined;
  // Words of 16 bits a frame: Table 4.13; 44.1 kHz alternates.
  const words = [kbps * 2, Math.floor((320 * kbps) / 147) + (sizeCode & 1), kbps * 3][fscod];
  return {
    frameBytes: words * 2,
    strippedBytes: 0,
    sampleCount: 6 * SAMPLES_PER_BLOCK,
    sampleRateHz: SAMPLE_RATES[fscod],
    signature: fscod << 8,
    dependent: false,
  };
};

const parseEnhanced = (bytes: Uint8Array, at: number): AudioFrameHeader | undefined => {
  const streamType = bytes[at + 2] >> 6;
  const fscod = bytes[at + 4] >> 6;
  const fscod2 = (bytes[at + 4] >> 4) & 0x03;
  const reduced = fscod === 3;
  if (streamType === 3 || (reduced && fscod2 === 3)) return undefined;
  return {
    frameBytes: ((((bytes[at + 2] & 0x07) << 8) | bytes[at + 3]) + 1) * 2,
    strippedBytes: 0,
    sampleCount: SAMPLES_PER_BLOCK * (reduced ? 6 : BLOCKS[fscod2]),
    sampleRateHz: reduced ? SAMPLE_RATES[fscod2] / 2 : SAMPLE_RATES[fscod],
    signature: 0x10000 | (fscod << 8) | (reduced ? fscod2 : 0),
    dependent: streamType === DEPENDENT_SUBSTREAM,
  };
};

/** lfeon stands behind mix levels that depend on acmod (ETSI TS 102 366 §4.4.2). */
const ac3Lfe = (bytes: Uint8Array, at: number, acmod: number): boolean => {
  const hasCentreMix = (acmod & 1) === 1 && acmod !== 1;
  const skipped = (hasCentreMix ? 2 : 0) + ((acmod & 4) === 4 ? 2 : 0) + (acmod === 2 ? 2 : 0);
  return ((((bytes[at + 6] << 8) | bytes[at + 7]) >> (12 - skipped)) & 1) === 1;
};
