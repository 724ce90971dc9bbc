import type { HevcConfig } from '@clipfleet/mpegts';
import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export type HvcC = Pick<
  HevcConfig,
  | 'vps'
  | 'sps'
  | 'pps'
  | 'generalProfileTierLevel'
  | 'chromaFormatIdc'
  | 'bitDepthLuma'
  | 'bitDepthChroma'
  | 'temporalLayerCount'
  | 'temporalIdNested'
>;

/** ITU-T H.265 table 7-1. */
const NAL_VPS = 32;
const NAL_SPS = 33;
const NAL_PPS = 34;
const ARRAY_COMPLETE = 0x80;
const PROFILE_TIER_LEVEL_BYTES = 12;

/** ISO/IEC 14496-15 §8.3.3.1: NAL unit lengths are 4 bytes; what the record leaves open (segmentation, parallelism, rate) is 0. */
export function writeHvcC(w: ByteWriter, value: HvcC): void {
  w.box('hvcC', () => {
    w.u8(1);
    w.raw(value.generalProfileTierLevel.subarray(0, PROFILE_TIER_LEVEL_BYTES));
    w.u16(0xf000);
    w.u8(0xfc);
    w.u8(0xfc | value.chromaFormatIdc);
    w.u8(0xf8 | (value.bitDepthLuma - 8));
    w.u8(0xf8 | (value.bitDepthChroma - 8));
    w.u16(0);
    w.u8((value.temporalLayerCount << 3) | (value.temporalIdNested ? 4 : 0) | 3);
    w.u8(3);
    writeArray(w, NAL_VPS, value.vps);
    writeArray(w, NAL_SPS, value.sps);
    writeArray(w, NAL_PPS, value.pps);
  });
}

function writeArray(w: ByteWriter, nalType: number, sets: readonly Uint8Array[]): void {
  w.u8(ARRAY_COMPLETE | nalType);
  w.u16(sets.length);
  for (const set of sets) {
    w.u16(set.length);
    w.raw(set);
  }
}

export function readHvcC(box: BoxView): HvcC {
  const cursor = new BoxCursor(box);
  cursor.skip(1);
  const generalProfileTierLevel = cursor.raw(PROFILE_TIER_LEVEL_BYTES).slice();
  cursor.skip(3);
  const chromaFormatIdc = cursor.u8() & 3;
  const bitDepthLuma = (cursor.u8() & 7) + 8;
  const bitDepthChroma = (cursor.u8() & 7) + 8;
  cursor.skip(2);
  const layers = cursor.u8();
  const sets = readArrays(cursor);
  return {
    generalProfileTierLevel,
    chromaFormatIdc,
    bitDepthLuma,
    bitDepthChroma,
    temporalLayerCount: (layers >> 3) & 7,
    temporalIdNested: (layers & 4) !== 0,
    vps: sets.get(NAL_VPS) ?? [],
    sps: sets.get(NAL_SPS) ?? [],
    pps: sets.get(NAL_PPS) ?? [],
  };
}

function readArrays(cursor: BoxCursor): Map<number, Uint8Array[]> {
  const sets = new Map<number, Uint8Array[]>();
  for (let arrays = cursor.u8(); arrays > 0; arrays--) {
    const nalType = cursor.u8() & 0x3f;
    const units = sets.get(nalType) ?? [];
    sets.set(nalType, units);
    for (let n = cursor.u16(); n > 0; n--) units.push(cursor.raw(cursor.u16()).slice());
  }
  return sets;
}
