import { h264PpsId, h264SpsId, hevcPpsId, hevcSpsId, hevcVpsId, type TrackConfig } from '@clipfleet/mpegts';
import { configKey } from '../report/config-key.js';

/**
 * One configuration for samples of both, or undefined. Parameter sets are chosen by their ids: where no id means two
 * things, one record can hold them all (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1). Players that give up at a second `stsd` entry
 * decode that.
 */
export function joinConfigs(a: TrackConfig, b: TrackConfig): TrackConfig | undefined {
  if (a.kind !== 'video' || b.kind !== 'video' || withoutSets(a) !== withoutSets(b)) return undefined;
  if (a.codec === 'h264' && b.codec === 'h264') {
    const sps = joinSets(a.sps, b.sps, h264SpsId);
    const pps = joinSets(a.pps, b.pps, h264PpsId);
    return sps && pps && { ...a, sps, pps };
  }
  if (a.codec === 'hevc' && b.codec === 'hevc') {
    const vps = joinSets(a.vps, b.vps, hevcVpsId);
    const sps = joinSets(a.sps, b.sps, hevcSpsId);
    const pps = joinSets(a.pps, b.pps, hevcPpsId);
    return vps && sps && pps && { ...a, vps, sps, pps };
  }
  return undefined;
}

const NO_SETS = { vps: [], sps: [], pps: [] };
const withoutSets = (config: TrackConfig): string => configKey({ ...config, ...NO_SETS });

/** Ascending by id; undefined: an id stands for two different sets. */
function joinSets(
  a: readonly Uint8Array[],
  b: readonly Uint8Array[],
  idOf: (set: Uint8Array) => number,
): Uint8Array[] | undefined {
  const byId = new Map(a.map((set) => [idOf(set), set]));
  for (const set of b) {
    const known = byId.get(idOf(set));
    if (known !== undefined && !isSame(known, set)) return undefined;
    byId.set(idOf(set), set);
  }
  return [...byId].sort(([left], [right]) => left - right).map(([, set]) => set);
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
