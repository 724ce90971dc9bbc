import type { AudioTrackConfig, TrackConfig, VideoTrackConfig } from '@clipfleet/mpegts';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { writeAudioEntry } from './audio-entry.js';
import { writeAvcC } from './avcc.js';
import { isSpecified, writeColr } from './colr.js';
import { writeDac3 } from './dac3.js';
import { writeDec3 } from './dec3.js';
import { writeEsds } from './esds.js';
import { writeHvcC } from './hvcc.js';
import { writePasp } from './pasp.js';
import { writeVisualEntry } from './visual-entry.js';
import { writeWave } from './wave.js';

export type MovieContainer = 'mp4' | 'mov';

/** ISO/IEC 14496-1 table 5. */
const OBJECT_TYPE = { aac: 0x40, mpeg2Video: 0x61, mpeg2Audio: 0x69, mpeg1Audio: 0x6b } as const;

/** The `stsd` entry of a configuration. */
export function writeSampleEntry(
  w: ByteWriter,
  config: TrackConfig,
  container: MovieContainer,
  averageBitrateBps: number,
): void {
  if (config.kind === 'video') writeVideo(w, config, container, averageBitrateBps);
  else if (container === 'mov') writeQuickTimeAudio(w, config, averageBitrateBps);
  else
    writeAudioEntry(w, { type: mp4AudioType(config), ...audioFields(config) }, () => {
      writeAudioDecoder(w, config, averageBitrateBps);
    });
}

function writeVideo(w: ByteWriter, config: VideoTrackConfig, container: MovieContainer, bitrateBps: number): void {
  const { width, height, sarWidth, sarHeight, colour } = config.picture;
  const look = (): void => {
    if (colour !== undefined && isSpecified(colour)) writeColr(w, colour, container);
    if (sarWidth !== sarHeight) writePasp(w, { horizontalSpacing: sarWidth, verticalSpacing: sarHeight });
  };
  if (config.codec === 'h264') {
    writeVisualEntry(w, { type: 'avc1', width, height }, () => {
      writeAvcC(w, config);
      look();
    });
  } else if (config.codec === 'hevc') {
    writeVisualEntry(w, { type: 'hvc1', width, height }, () => {
      writeHvcC(w, config);
      look();
    });
  } else {
    writeVisualEntry(w, { type: container === 'mov' ? 'm2v1' : 'mp4v', width, height }, () => {
      const { sequenceHeader } = config;
      if (container === 'mp4') {
        writeEsds(w, {
          objectType: OBJECT_TYPE.mpeg2Video,
          stream: 'video',
          averageBitrateBps: bitrateBps,
          decoderSpecificInfo: sequenceHeader,
        });
      }
      look();
    });
  }
}

const audioFields = (config: AudioTrackConfig): { channelCount: number; sampleRateHz: number } => ({
  channelCount: config.channelCount,
  sampleRateHz: config.sampleRateHz,
});

function mp4AudioType(config: AudioTrackConfig): string {
  if (config.codec === 'ac3') return 'ac-3';
  return config.codec === 'eac3' ? 'ec-3' : 'mp4a';
}

function quickTimeAudioType(config: AudioTrackConfig): string {
  if (config.codec === 'mp2') return '.mp2';
  return config.codec === 'mp3' ? '.mp3' : mp4AudioType(config);
}

function writeQuickTimeAudio(w: ByteWriter, config: AudioTrackConfig, bitrateBps: number): void {
  const type = quickTimeAudioType(config);
  const entry = { type, ...audioFields(config), samplesPerPacket: config.samplesPerFrame };
  writeAudioEntry(w, entry, () => {
    if (config.codec === 'mp2' || config.codec === 'mp3') return;
    writeWave(w, type, () => writeAudioDecoder(w, config, bitrateBps));
  });
}

function writeAudioDecoder(w: ByteWriter, config: AudioTrackConfig, averageBitrateBps: number): void {
  if ('dolby' in config) {
    if (config.codec === 'ac3') writeDac3(w, config.dolby);
    else writeDec3(w, config.dolby);
  } else if (config.codec === 'aac') {
    const decoderSpecificInfo = config.audioSpecificConfig;
    writeEsds(w, { objectType: OBJECT_TYPE.aac, stream: 'audio', averageBitrateBps, decoderSpecificInfo });
  } else {
    const objectType = config.mpegVersion === 1 ? OBJECT_TYPE.mpeg1Audio : OBJECT_TYPE.mpeg2Audio;
    writeEsds(w, { objectType, stream: 'audio', averageBitrateBps });
  }
}
