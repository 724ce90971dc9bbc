import type { HevcConfig } from '../sample.js';
import { BitReader, unescape } from './bit-reader.js';
import { skipToSpsId } from './hevc-sps.js';

/** Header, and the longest profile_tier_level of all sub-layers. */
const SPS_HEAD_BYTES = 128;
const PPS_HEAD_BYTES = 16;

/** vps_video_parameter_set_id of a VPS NAL unit (ITU-T H.265 §7.3.2.1). */
export const hevcVpsId = (nal: Uint8Array): number => nal[2] >> 4;

/** sps_seq_parameter_set_id of an SPS NAL unit (ITU-T H.265 §7.3.2.2). */
export const hevcSpsId = (nal: Uint8Array): number => {
  const reader = new BitReader(unescape(nal.subarray(2, SPS_HEAD_BYTES)));
  skipToSpsId(reader);
  return reader.unsigned();
};

/** pps_pic_parameter_set_id of a PPS NAL unit (ITU-T H.265 §7.3.2.3). */
export const hevcPpsId = (nal: Uint8Array): number =>
  new BitReader(unescape(nal.subarray(2, PPS_HEAD_BYTES))).unsigned();

/** Ids of one parameter set of each kind. */
export interface HevcSetIds {
  readonly vps: number;
  readonly sps: number;
  readonly pps: number;
}

const SET_ID_COUNT = 16;
/**
 * Picture parameter sets whose ids take nine bits in a slice header, eight more than the 0 of an encoder: behind it every bit
 * keeps its place in its byte, and the header, which ends with a whole byte, need not be understood.
 */
export const [FIRST_NINE_BIT_ID, LAST_NINE_BIT_ID] = [15, 30];

/**
 * Ids that no parameter set of the configuration has, ascending. Video and sequence parameter set have the same one: VLC 3
 * files a sequence parameter set under the id of the video parameter set that it names.
 */
export const freeHevcSetIds = ({ vps, sps, pps }: Pick<HevcConfig, 'vps' | 'sps' | 'pps'>): HevcSetIds[] => {
  const freeSets = free(0, SET_ID_COUNT - 1, [...vps.map(hevcVpsId), ...sps.map(hevcSpsId)]);
  const freePps = free(FIRST_NINE_BIT_ID, LAST_NINE_BIT_ID, pps.map(hevcPpsId));
  const count = Math.min(freeSets.length, freePps.length);
  return Array.from({ length: count }, (_, at) => ({ vps: freeSets[at], sps: freeSets[at], pps: freePps[at] }));
};

const free = (first: number, last: number, taken: readonly number[]): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((id) => !taken.includes(id));
