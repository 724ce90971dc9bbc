/** Video codecs a sample can carry. */
export type VideoCodec = 'h264' | 'hevc' | 'mpeg2video';

/** Audio codecs a sample can carry. `mp2` stands for MPEG audio layers I and II, `mp3` for layer III. */
export type AudioCodec = 'aac' | 'ac3' | 'eac3' | 'mp2' | 'mp3';

interface SampleBase {
  readonly pid: number;
  /**
   * Presentation time: integer 90 kHz ticks, unwrapped beyond 33 bits within a run, never rebased between runs.
   * Audio frames between two stamps get the exact running time (counted in PCM samples, so that no drift builds up), rounded.
   */
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly keyframe: boolean;
  readonly data: Uint8Array;
  /** True when `ptsTicks` was stamped by a PES header; false when it was derived from the samples before. */
  readonly stamped: boolean;
  /** 0-based; counts up at every discontinuity: samples of one run share a continuous clock. */
  readonly runIndex: number;
}

/** One access unit: length-prefixed (4 bytes) NAL units for h264 and hevc, the raw access unit for mpeg2video. */
export interface VideoSample extends SampleBase {
  readonly kind: 'video';
}

/** One audio frame: without its ADTS header (aac), or the whole frame (ac3, eac3, MPEG audio). */
export interface AudioSample extends SampleBase {
  readonly kind: 'audio';
  /** PCM samples per channel in this frame. */
  readonly sampleCount: number;
  readonly sampleRateHz: number;
}

/** One access unit or audio frame, in decode order per track. */
export type DemuxedSample = VideoSample | AudioSample;

interface ConfigBase {
  readonly pid: number;
  /** 0-based position of the stream in the PMT. */
  readonly streamIndex: number;
  readonly runIndex: number;
  /** ISO 639-2 code of the PMT's language descriptor. */
  readonly language?: string;
}

/** Code points of ISO/IEC 23091-2 (the same in H.264, H.265 and MPEG-2); 2 is unspecified. */
export interface ColourDescription {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

/** What a picture looks like, from the sequence parameter set or sequence header. */
export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  /** Sample (pixel) aspect ratio; 1:1 when the stream does not say. */
  readonly sarWidth: number;
  readonly sarHeight: number;
  readonly interlaced: boolean;
  /** Absent: the stream does not say. */
  readonly colour?: ColourDescription;
}

interface VideoConfigBase extends ConfigBase {
  readonly kind: 'video';
  readonly picture: PictureFormat;
}

/** NAL units without start code or length, header byte included, emulation prevention kept. */
export interface H264Config extends VideoConfigBase {
  readonly codec: 'h264';
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  readonly profileIdc: number;
  readonly constraintFlags: number;
  readonly levelIdc: number;
  /** Chroma and depth of the SPS, which high profiles repeat in `avcC`. */
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
}

export interface HevcConfig extends VideoConfigBase {
  readonly codec: 'hevc';
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** The 12 bytes of profile_tier_level up to and including general_level_idc (ITU-T H.265 §7.3.3), emulation prevention removed. */
  readonly generalProfileTierLevel: Uint8Array;
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly temporalLayerCount: number;
  readonly temporalIdNested: boolean;
}

export interface Mpeg2VideoConfig extends VideoConfigBase {
  readonly codec: 'mpeg2video';
  /** Sequence header and its extensions, start codes included: the decoder specific info of an `esds`. */
  readonly sequenceHeader: Uint8Array;
}

interface AudioConfigBase extends ConfigBase {
  readonly kind: 'audio';
  readonly sampleRateHz: number;
  readonly channelCount: number;
  /** PCM samples per channel of a frame, as the first frame has them. */
  readonly samplesPerFrame: number;
}

export interface AacConfig extends AudioConfigBase {
  readonly codec: 'aac';
  /** The channels are told by a program_config_element, which may come but once: `audioSpecificConfig` does not have it. */
  readonly channelsInFrames?: boolean;
  /** ISO/IEC 14496-3 §1.6.2.1. */
  readonly audioSpecificConfig: Uint8Array;
}

/** Fields of an AC-3 or E-AC-3 syncframe that `dac3` and `dec3` repeat (ETSI TS 102 366 §4.4, §E.1.3). */
export interface DolbyFields {
  readonly fscod: number;
  readonly bsid: number;
  readonly bsmod: number;
  readonly acmod: number;
  readonly lfeon: boolean;
  /** AC-3: frmsizecod >> 1. E-AC-3: 0. */
  readonly bitRateCode: number;
  /** Nominal bit rate of the first frame, in kbit/s. */
  readonly bitRateKbps: number;
}

export interface Ac3Config extends AudioConfigBase {
  readonly codec: 'ac3' | 'eac3';
  readonly dolby: DolbyFields;
}

export interface MpegAudioConfig extends AudioConfigBase {
  readonly codec: 'mp2' | 'mp3';
  readonly layer: 1 | 2 | 3;
  /** MPEG-1 (ISO/IEC 11172-3), MPEG-2 LSF (13818-3) or the 2.5 extension. */
  readonly mpegVersion: 1 | 2 | 2.5;
}

export type VideoTrackConfig = H264Config | HevcConfig | Mpeg2VideoConfig;
export type AudioTrackConfig = AacConfig | Ac3Config | MpegAudioConfig;

/** Codec configuration of a track: given when first known and whenever it changes, before the first sample it applies to. */
export type TrackConfig = VideoTrackConfig | AudioTrackConfig;
