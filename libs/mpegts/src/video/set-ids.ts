import type { H264Config } from '../sample.js';
import { BitReader, unescape } from './bit-reader.js';

/** Enough for the id of any parameter set. */
const HEAD_BYTES = 16;
const SPS_PROFILE_BYTES = 3;

/** seq_parameter_set_id of an H.264 SPS NAL unit (ITU-T H.264 §7.3.2.1.1). */
export const h264SpsId = (nal: Uint8Array): number =>
  new BitReader(unescape(nal.subarray(1, HEAD_BYTES)).subarray(SPS_PROFILE_BYTES)).unsigned();

/** pic_parameter_set_id of an H.264 PPS NAL unit (ITU-T H.264 §7.3.2.2). */
export const h264PpsId = (nal: Uint8Array): number => new BitReader(unescape(nal.subarray(1, HEAD_BYTES))).unsigned();

const MAX_SPS_ID = 31;

/** Ids that neither a sequence nor a picture parameter set of the configuration has, ascending. */
export const freeH264SetIds = ({ sps, pps }: Pick<H264Config, 'sps' | 'pps'>): number[] => {
  const taken = new Set([...sps.map(h264SpsId), ...pps.map(h264PpsId)]);
  return Array.from({ length: MAX_SPS_ID + 1 }, (_, id) => id).filter((id) => !taken.has(id));
};
