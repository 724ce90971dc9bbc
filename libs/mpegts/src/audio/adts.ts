import { programConfigChannels } from './program-config.js';
import type { AudioFrameHeader, AudioSyntax } from './audio-syntax.js';

/** ISO/IEC 14496-3 Table 1.18. */
const SAMPLE_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** channel_configuration → channels (Table 1.19); 0: told in the first frame, by an element of its own. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
const SAMPLES_PER_BLOCK = 1024;

const frequencyIndex = (bytes: Uint8Array, at: number): number => (bytes[at + 2] >> 2) & 0x0f;
const channelConfiguration = (bytes: Uint8Array, at: number): number =>
  ((bytes[at + 2] & 0x01) << 2) | (bytes[at + 3] >> 6);

/** AAC in ADTS (ISO/IEC 14496-3 §1.A.2). */
export const adts: AudioSyntax = {
  syncByte: 0xff,
  headerBytes: 7,
  hasDependents: false,

  parse(bytes: Uint8Array, at: number): AudioFrameHeader | undefined {
    // syncword and layer 0
    if (bytes[at] !== 0xff || (bytes[at + 1] & 0xf6) !== 0xf0) return undefined;
    const sampleRateHz = SAMPLE_RATES[frequencyIndex(bytes, at)];
    const frameBytes = ((bytes[at + 3] & 0x03) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5);
    const strippedBytes = (bytes[at + 1] & 0x01) === 1 ? 7 : 9;
    if (sampleRateHz === undefined || frameBytes <= strippedBytes) return undefined;
    const blocks = (bytes[at + 6] & 0x03) + 1;
    // The fixed header: ISO/IEC 14496-3 §1.A.2.2.1.
    const signature = ((bytes[at + 1] & 0x0f) << 16) | ((bytes[at + 2] & 0xfd) << 8) | (bytes[at + 3] & 0xc0);
    const sampleCount = SAMPLES_PER_BLOCK * blocks;
    return { frameBytes, strippedBytes, sampleCount, sampleRateHz, signature, dependent: false };
  },

  configBits: (bytes: Uint8Array, at: number): number => (bytes[at + 2] << 8) | (bytes[at + 3] & 0xc0),

  config(bytes: Uint8Array, at: number) {
    const objectType = (bytes[at + 2] >> 6) + 1;
    const frequency = frequencyIndex(bytes, at);
    const channels = channelConfiguration(bytes, at);
    const { strippedBytes = 0, frameBytes = 0 } = adts.parse(bytes, at) ?? {};
    const block = bytes.subarray(at + strippedBytes, at + frameBytes);
    return {
      ...{ kind: 'audio', codec: 'aac', samplesPerFrame: SAMPLES_PER_BLOCK },
      ...{
        sampleRateHz: SAMPLE_RATES[frequency],
        channelCount: channels === 0 ? programConfigChannels(block) : CHANNELS[channels],
      },
      ...(channels === 0 && { channelsInFrames: true }),
      // ISO/IEC 14496-3 §1.6.2.1: object type 5 bits, frequency index 4, channels 4, GASpecificConfig 3 zeros.
      audioSpecificConfig: Uint8Array.of(
        (objectType << 3) | (frequency >> 1),
        ((frequency & 1) << 7) | (channels << 3),
      ),
    };
  },
};
