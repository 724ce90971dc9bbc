import type { MpegAudioConfig } from '../sample.js';
import type { AudioCodecConfig, AudioFrameHeader, AudioSyntax } from './audio-syntax.js';

type Layer = 1 | 2 | 3;
type Version = 1 | 2 | 2.5;

/** kbit/s by bitrate_index for MPEG-1 (ISO/IEC 11172-3 §2.4.2.3) and its low sampling frequencies (13818-3 §2.4.2.3). */
const BIT_RATES: Readonly<Record<'1' | '2', Readonly<Record<Layer, readonly number[]>>>> = {
  '1': {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  '2': {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
};
const SAMPLE_RATES = [44100, 48000, 32000];
const VERSIONS: readonly (Version | undefined)[] = [2.5, undefined, 2, 1];
const LAYERS: readonly (Layer | undefined)[] = [undefined, 3, 2, 1];
const MONO = 3;

/** MPEG audio, layers I to III. Free format (no bit rate in the header) is not supported: its frames have no told length. */
export const mpegAudio: AudioSyntax = {
  syncByte: 0xff,
  headerBytes: 4,
  hasDependents: false,

  parse(bytes: Uint8Array, at: number): AudioFrameHeader | undefined {
    if (bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
    const version = VERSIONS[(bytes[at + 1] >> 3) & 3];
    const layer = LAYERS[(bytes[at + 1] >> 1) & 3];
    const rate = SAMPLE_RATES[(bytes[at + 2] >> 2) & 3];
    if (version === undefined || layer === undefined || rate === undefined) return undefined;
    const kbps = BIT_RATES[version === 1 ? '1' : '2'][layer][bytes[at + 2] >> 4];
    if (kbps === undefined || kbps === 0) return undefined;
    const sampleRateHz = rate / (version === 2.5 ? 4 : version);
    const sampleCount = samplesOf(version, layer);
    const slotBytes = layer === 1 ? 4 : 1;
    const padding = (bytes[at + 2] >> 1) & 1;
    const slots = Math.floor(((sampleCount / 8) * kbps * 1000) / sampleRateHz / slotBytes) + padding;
    const signature = ((bytes[at + 1] & 0xfe) << 8) | (bytes[at + 2] & 0x0c);
    return { frameBytes: slots * slotBytes, strippedBytes: 0, sampleCount, sampleRateHz, signature, dependent: false };
  },

  configBits: (bytes: Uint8Array, at: number): number =>
    ((bytes[at + 1] & 0xfe) << 16) | ((bytes[at + 2] & 0x0c) << 8) | (bytes[at + 3] & 0xc0),

  config(bytes: Uint8Array, at: number): AudioCodecConfig<MpegAudioConfig> | undefined {
    const header = this.parse(bytes, at);
    const mpegVersion = VERSIONS[(bytes[at + 1] >> 3) & 3];
    const layer = LAYERS[(bytes[at + 1] >> 1) & 3];
    if (header === undefined || mpegVersion === undefined || layer === undefined) return undefined;
    return {
      ...{ kind: 'audio', codec: layer === 3 ? 'mp3' : 'mp2', layer, mpegVersion },
      ...{ sampleRateHz: header.sampleRateHz, samplesPerFrame: header.sampleCount },
      channelCount: bytes[at + 3] >> 6 === MONO ? 1 : 2,
    };
  },
};

const samplesOf = (version: Version, layer: Layer): number => {
  if (layer === 1) return 384;
  return layer === 3 && version !== 1 ? 576 : 1152;
};
