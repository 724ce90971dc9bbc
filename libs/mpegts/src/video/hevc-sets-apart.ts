import { sameBytes } from '../bytes.js';
import type { HevcConfig } from '../sample.js';
import { HEVC_NAL, hevcNalType } from './hevc-nal.js';

/** Views of a sample's bytes, in order; each byte is in one of them. */
export interface SetsApart {
  readonly kept: readonly Uint8Array[];
  readonly sets: readonly Uint8Array[];
}

type SetsOfConfig = Pick<HevcConfig, 'vps' | 'sps' | 'pps'>;

const LENGTH_BYTES = 4;

const lengthAt = (data: Uint8Array, at: number): number =>
  ((data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]) >>> 0;

const isIn = (config: SetsOfConfig, nal: Uint8Array): boolean => {
  const type = hevcNalType(nal);
  if (type === HEVC_NAL.vps) return config.vps.some((set) => sameBytes(set, nal));
  if (type === HEVC_NAL.sps) return config.sps.some((set) => sameBytes(set, nal));
  return config.pps.some((set) => sameBytes(set, nal));
};

/**
 * A sample (length-prefixed) without its parameter sets, if a configuration has all of them. Undefined: it has none, or one
 * that the configuration has not; then they stay together, since of two with one id the later one counts.
 */
export const hevcSetsApart = (data: Uint8Array, config: SetsOfConfig): SetsApart | undefined => {
  let found: { kept: Uint8Array[]; sets: Uint8Array[] } | undefined;
  let keptFrom = 0;
  for (let at = 0; at + LENGTH_BYTES < data.length;) {
    const end = at + LENGTH_BYTES + lengthAt(data, at);
    const type = (data[at + LENGTH_BYTES] >> 1) & 0x3f;
    // parameter sets come before the picture (ITU-T H.265 §7.4.2.4.4)
    if (type <= HEVC_NAL.vclLast) break;
    if (type <= HEVC_NAL.pps) {
      if (!isIn(config, data.subarray(at + LENGTH_BYTES, end))) return undefined;
      found ??= { kept: [], sets: [] };
      if (at > keptFrom) found.kept.push(data.subarray(keptFrom, at));
      found.sets.push(data.subarray(at, end));
      keptFrom = end;
    }
    at = end;
  }
  if (found !== undefined && keptFrom < data.length) found.kept.push(data.subarray(keptFrom));
  return found;
};
