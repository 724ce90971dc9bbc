import { BitReader, unescape } from './bit-reader.js';
import { BitWriter, escape } from './bit-writer.js';
import { spliced } from './splice-bits.js';
import { HEVC_NAL, hevcNalType, isHevcIrap } from './hevc-nal.js';
import { bufferingBits, type HevcBuffering, spsBuffering, vpsBuffering } from './hevc-buffering.js';
import type { HevcSetIds } from './hevc-set-ids.js';
import { withoutTrailingZeros } from './length-prefixed.js';
import { PROFILE_TIER_LEVEL_BYTES, skipToSpsId } from './hevc-sps.js';

export interface HevcNumbering {
  /** The picture parameter set's takes nine bits. */
  readonly ids: HevcSetIds;
  /** What the sets are to say of profile, tier and level: no less than they say. */
  readonly generalProfileTierLevel: Uint8Array;
  /** And of what a decoder holds; the pictures themselves are not reordered. */
  readonly buffering: HevcBuffering;
}

const HEADER_BYTES = 2;
/** Behind the ids and counts of layers, ITU-T H.265 §7.3.2.1. */
const VPS_PROFILE_OFFSET = 4;
const SPS_PROFILE_OFFSET = 1;

/**
 * A NAL unit of a stream whose sets all have the id 0, under other ids; supplemental information is left out (it may name
 * sets). Undefined: the unit has other ids.
 */
export const renumberHevc = (nals: readonly Uint8Array[], numbering: HevcNumbering): Uint8Array[] | undefined => {
  const kept = nals.filter((nal) => hevcNalType(nal) !== HEVC_NAL.prefixSei && hevcNalType(nal) !== HEVC_NAL.suffixSei);
  const renumbered = kept.map((nal) => renumberNal(nal, numbering));
  return renumbered.every((nal) => nal !== undefined) ? renumbered : undefined;
};

const renumberNal = (nal: Uint8Array, numbering: HevcNumbering): Uint8Array | undefined => {
  const type = hevcNalType(nal);
  if (type > HEVC_NAL.pps) return nal;
  const rbsp = unescape(withoutTrailingZeros(nal).subarray(HEADER_BYTES));
  const changed = {
    [HEVC_NAL.vps]: () => renumberVps(rbsp, numbering),
    [HEVC_NAL.sps]: () => renumberSps(rbsp, numbering),
    [HEVC_NAL.pps]: () => renumberPps(rbsp, numbering.ids),
  }[type];
  const bytes = changed ? changed() : renumberSlice(rbsp, isHevcIrap(nal) ? 2 : 1, numbering.ids.pps);
  return bytes && withHeader(nal, escape(bytes));
};

const withHeader = (nal: Uint8Array, rest: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(HEADER_BYTES + rest.length);
  whole.set(nal.subarray(0, HEADER_BYTES));
  whole.set(rest, HEADER_BYTES);
  return whole;
};

const renumberVps = (rbsp: Uint8Array, { ids, ...say }: HevcNumbering): Uint8Array | undefined => {
  if (rbsp[0] >> 4 !== 0) return undefined;
  const place = vpsBuffering(rbsp);
  const bytes = spliced(rbsp, place.from, place.to, bufferingBits(place, say.buffering));
  bytes[0] |= ids.vps << 4;
  bytes.set(say.generalProfileTierLevel.subarray(0, PROFILE_TIER_LEVEL_BYTES), VPS_PROFILE_OFFSET);
  return bytes;
};

const renumberSps = (rbsp: Uint8Array, { ids, ...say }: HevcNumbering): Uint8Array | undefined => {
  const reader = new BitReader(rbsp);
  skipToSpsId(reader);
  const at = reader.position;
  if (rbsp[0] >> 4 !== 0 || reader.unsigned() !== 0) return undefined;
  const place = spsBuffering(rbsp);
  // from behind, so that places before it stay
  const buffered = spliced(rbsp, place.from, place.to, bufferingBits(place, say.buffering));
  const bytes = spliced(buffered, at, reader.position, new BitWriter().unsigned(ids.sps));
  bytes[0] |= ids.vps << 4;
  bytes.set(say.generalProfileTierLevel.subarray(0, PROFILE_TIER_LEVEL_BYTES), SPS_PROFILE_OFFSET);
  return bytes;
};

const renumberPps = (rbsp: Uint8Array, { sps, pps }: HevcSetIds): Uint8Array | undefined => {
  const reader = new BitReader(rbsp);
  if (reader.unsigned() !== 0 || reader.unsigned() !== 0) return undefined;
  return spliced(rbsp, 0, reader.position, new BitWriter().unsigned(pps, sps));
};

const ID_BITS = 9;

/** ITU-T H.265 §7.3.6.1: `at` flags, then slice_pic_parameter_set_id, of which 0 is one bit. */
const renumberSlice = (rbsp: Uint8Array, at: 1 | 2, pps: number): Uint8Array | undefined => {
  if (((rbsp[0] >> (7 - at)) & 1) !== 1) return undefined;
  const bytes = new Uint8Array(rbsp.length + 1);
  bytes.set(rbsp, 1);
  const behindBits = 7 - at;
  const flags = rbsp[0] >> (8 - at);
  const behind = rbsp[0] & ((1 << behindBits) - 1);
  const head = (((flags << ID_BITS) | (pps + 1)) << behindBits) | behind;
  bytes[0] = head >> 8;
  bytes[1] = head & 0xff;
  return bytes;
};
