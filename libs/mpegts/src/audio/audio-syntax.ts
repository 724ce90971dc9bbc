import type { AudioTrackConfig } from '../sample.js';

/** Config of an audio codec without what only the track knows. */
export type AudioCodecConfig<T extends AudioTrackConfig = AudioTrackConfig> = T extends AudioTrackConfig
  ? Omit<T, 'pid' | 'streamIndex' | 'runIndex' | 'language'>
  : never;

/** What an audio frame's header tells. */
export interface AudioFrameHeader {
  /** The whole frame with its header. */
  readonly frameBytes: number;
  /** Bytes before the sample's data. */
  readonly strippedBytes: number;
  readonly sampleCount: number;
  readonly sampleRateHz: number;
  /** Equal for frames that can follow each other: a header that differs is believed only with a second one behind it. */
  readonly signature: number;
  /** This frame belongs to the sample of the frame before it (E-AC-3 dependent substream). */
  readonly dependent: boolean;
}

/** The rules of one audio codec. */
export interface AudioSyntax {
  /** First byte of every frame. */
  readonly syncByte: number;
  /** Bytes that `parse` needs. */
  readonly headerBytes: number;
  /** Dependent frames may follow, so a frame ends only where the next header shows it. */
  readonly hasDependents: boolean;
  /** The header at `offset`, where `headerBytes` bytes are; undefined: no frame begins here. */
  parse(bytes: Uint8Array, offset: number): AudioFrameHeader | undefined;
  /** The bits of the header at `offset` that its configuration is read from: with equal ones it is equal (but for the bit rate). */
  configBits(bytes: Uint8Array, offset: number): number;
  /** The configuration that the header at `offset` asks for. */
  config(bytes: Uint8Array, offset: number): AudioCodecConfig | undefined;
}
