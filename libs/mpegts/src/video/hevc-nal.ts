/** nal_unit_type, ITU-T H.265 Table 7-1. */
export const HEVC_NAL = {
  blaWithoutLeading: 18,
  idrWithLeading: 19,
  idrWithoutLeading: 20,
  cra: 21,
  irapFirst: 16,
  irapLast: 23,
  vclLast: 31,
  vps: 32,
  sps: 33,
  pps: 34,
  delimiter: 35,
  prefixSei: 39,
  suffixSei: 40,
} as const;

/** Of a NAL unit whose first bytes these are. */
export const hevcNalType = (nal: Uint8Array): number => (nal[0] >> 1) & 0x3f;

/** nuh_layer_id. */
export const hevcLayerOf = (nal: Uint8Array): number => ((nal[0] & 1) << 5) | (nal[1] >> 3);

/** An intra random access point: decoding may begin with it. */
export const isHevcIrap = (nal: Uint8Array): boolean => {
  const type = hevcNalType(nal);
  return type >= HEVC_NAL.irapFirst && type <= HEVC_NAL.irapLast;
};
