import type { H264Config, HevcConfig, VideoTrackConfig } from '../sample.js';

/**
 * What a NAL unit does to the access unit before it:
 * - `picture`: first slice of a picture. - `second-field`: first slice of the field that completes the picture before.
 * - `opens`: belongs to the next access unit if a picture came before. - `continues`: belongs to the same one.
 */
export type NalRole = 'picture' | 'second-field' | 'opens' | 'continues';

/** Facts of a whole access unit. */
export interface AccessUnitFacts {
  readonly keyframe: boolean;
  /** Other pictures refer to this one: such pictures are the ones whose presentation is delayed by reordering. */
  readonly reference: boolean;
}

/** Config of a codec without what only the track knows. */
export type CodecConfig<T extends VideoTrackConfig = VideoTrackConfig> = T extends VideoTrackConfig
  ? Omit<T, 'pid' | 'streamIndex' | 'runIndex' | 'language'>
  : never;

/** The rules of one NAL-structured codec, with the parameter sets it has seen. */
export interface NalCodec {
  /** Bytes of a NAL unit that `role` may need. */
  readonly headBytes: number;
  /** The zero_byte of the start code that opens an access unit is left to the one before it, as ffmpeg's parser does. */
  readonly leavesZeroByte: boolean;
  /** Judges a NAL unit by its first bytes. */
  role(head: Uint8Array): NalRole;
  /** The picture that was begun is one field, and the other one may follow. */
  readonly awaitsSecondField: boolean;
  /** Told of every complete NAL unit; keeps the parameter sets. Returns false for a set that cannot be read. */
  completed(nal: Uint8Array): boolean;
  /** Judges a complete access unit, given a view per NAL unit. */
  facts(nals: readonly Uint8Array[]): AccessUnitFacts;
  /** The configuration, if it changed since last asked. */
  takeConfig(): CodecConfig<H264Config | HevcConfig> | undefined;
  /** Duration of a frame as the parameter sets tell it. */
  readonly frameTicks: number | undefined;
  reset(): void;
}
