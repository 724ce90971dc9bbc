import type { ColourDescription, PictureFormat } from '../sample.js';
import { BitReader, unescape } from './bit-reader.js';
import { readAspectRatio, readSignalInfo, readTickDuration } from './video-usability.js';

/** What is needed of a sequence parameter set (ITU-T H.265 §7.3.2.2). */
export interface HevcSps {
  readonly id: number;
  readonly generalProfileTierLevel: Uint8Array;
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly temporalLayerCount: number;
  readonly temporalIdNested: boolean;
  readonly picture: PictureFormat;
  /** Before cropping: whole coding blocks. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly frameTicks: number | undefined;
}

/** Of the general profile, tier and level: the sub-layers' follow. */
export const PROFILE_TIER_LEVEL_BYTES = 12;

/** Parses a whole SPS NAL unit (2 header bytes first); undefined if it makes no sense. */
export const parseHevcSps = (nal: Uint8Array): HevcSps | undefined => {
  const rbsp = unescape(nal.subarray(2));
  const reader = new BitReader(rbsp);
  const { maxSubLayersMinus1, temporalIdNested } = skipToSpsId(reader);
  const generalProfileTierLevel = rbsp.slice(1, 1 + PROFILE_TIER_LEVEL_BYTES);
  const id = reader.unsigned();
  const chromaFormatIdc = reader.unsigned();
  if (chromaFormatIdc === 3) reader.skip(1);
  const codedWidth = reader.unsigned();
  const codedHeight = reader.unsigned();
  const [cropX, cropY] = reader.flag() ? readWindow(reader, chromaFormatIdc) : [0, 0];
  const bitDepthLuma = reader.unsigned() + 8;
  const bitDepthChroma = reader.unsigned() + 8;
  if (id > 15 || generalProfileTierLevel.length < PROFILE_TIER_LEVEL_BYTES || reader.atEnd()) return undefined;
  const { sar, colour, fieldCoded, frameTicks } = readRest(reader, maxSubLayersMinus1);
  const width = codedWidth - cropX;
  const height = codedHeight - cropY;
  if (width <= 0 || height <= 0) return undefined;
  // general_interlaced_source_flag without general_progressive_source_flag: §7.4.4.
  const interlaced = fieldCoded || (generalProfileTierLevel[5] & 0xc0) === 0x40;
  return {
    id,
    generalProfileTierLevel,
    chromaFormatIdc,
    bitDepthLuma,
    bitDepthChroma,
    temporalLayerCount: maxSubLayersMinus1 + 1,
    temporalIdNested,
    picture: { width, height, sarWidth: sar[0], sarHeight: sar[1], interlaced, ...(colour && { colour }) },
    codedWidth,
    codedHeight,
    frameTicks,
  };
};

/** What stands before sps_seq_parameter_set_id. */
export const skipToSpsId = (reader: BitReader): { maxSubLayersMinus1: number; temporalIdNested: boolean } => {
  reader.skip(4);
  const maxSubLayersMinus1 = reader.bits(3);
  const temporalIdNested = reader.flag();
  skipProfileTierLevel(reader, maxSubLayersMinus1);
  return { maxSubLayersMinus1, temporalIdNested };
};

/** ITU-T H.265 §7.3.3. */
export const skipProfileTierLevel = (reader: BitReader, maxSubLayersMinus1: number): void => {
  reader.skip(PROFILE_TIER_LEVEL_BYTES * 8);
  const present: [boolean, boolean][] = [];
  for (let layer = 0; layer < maxSubLayersMinus1; layer++) present.push([reader.flag(), reader.flag()]);
  if (maxSubLayersMinus1 > 0) reader.skip(2 * (8 - maxSubLayersMinus1));
  for (const [profile, level] of present) reader.skip((profile ? 88 : 0) + (level ? 8 : 0));
};

const readWindow = (reader: BitReader, chromaFormatIdc: number): readonly [number, number] => {
  const unitX = chromaFormatIdc === 1 || chromaFormatIdc === 2 ? 2 : 1;
  const unitY = chromaFormatIdc === 1 ? 2 : 1;
  const x = reader.unsigned() + reader.unsigned();
  const y = reader.unsigned() + reader.unsigned();
  return [x * unitX, y * unitY];
};

interface Rest {
  sar: readonly [number, number];
  colour?: ColourDescription | undefined;
  fieldCoded: boolean;
  frameTicks: number | undefined;
}

/** From log2_max_pic_order_cnt to the VUI. */
const readRest = (reader: BitReader, maxSubLayersMinus1: number): Rest => {
  const pictureOrderBits = reader.unsigned() + 4;
  const allLayers = reader.flag();
  for (let layer = allLayers ? 0 : maxSubLayersMinus1; layer <= maxSubLayersMinus1; layer++) {
    for (let value = 0; value < 3; value++) reader.unsigned();
  }
  for (let value = 0; value < 6; value++) reader.unsigned();
  if (reader.flag() && reader.flag()) skipScalingLists(reader);
  reader.skip(2);
  if (reader.flag()) {
    reader.skip(8);
    reader.unsigned();
    reader.unsigned();
    reader.skip(1);
  }
  skipReferenceSets(reader);
  if (reader.flag()) {
    const count = Math.min(reader.unsigned(), 32);
    reader.skip(count * (pictureOrderBits + 1));
  }
  reader.skip(2);
  if (!reader.flag() || reader.atEnd()) return { sar: [1, 1], fieldCoded: false, frameTicks: undefined };
  return readUsability(reader);
};

const readUsability = (reader: BitReader): Rest => {
  const sar = readAspectRatio(reader);
  const colour = readSignalInfo(reader);
  reader.skip(1);
  const fieldCoded = reader.flag();
  reader.skip(1);
  if (reader.flag()) for (let value = 0; value < 4; value++) reader.unsigned();
  return { sar, colour, fieldCoded, frameTicks: readTickDuration(reader) };
};

/** ITU-T H.265 §7.3.4. */
const skipScalingLists = (reader: BitReader): void => {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) {
        reader.unsigned();
        continue;
      }
      if (size > 1) reader.signed();
      for (let index = 0; index < Math.min(64, 1 << (4 + (size << 1))); index++) reader.signed();
    }
  }
};

/** st_ref_pic_set of the SPS: ITU-T H.265 §7.3.7; only the number of pictures matters to the one that follows. */
const skipReferenceSets = (reader: BitReader): void => {
  const count = Math.min(reader.unsigned(), 64);
  let previousPictures = 0;
  for (let set = 0; set < count && !reader.atEnd(); set++) {
    previousPictures = set > 0 && reader.flag() ? skipPredictedSet(reader, previousPictures) : skipExplicitSet(reader);
  }
};

const skipPredictedSet = (reader: BitReader, previousPictures: number): number => {
  reader.skip(1);
  reader.unsigned();
  let pictures = 0;
  for (let index = 0; index <= previousPictures; index++) {
    const used = reader.flag();
    if (used || reader.flag()) pictures++;
  }
  return pictures;
};

const skipExplicitSet = (reader: BitReader): number => {
  const pictures = Math.min(reader.unsigned(), 16) + Math.min(reader.unsigned(), 16);
  for (let index = 0; index < pictures; index++) {
    reader.unsigned();
    reader.skip(1);
  }
  return pictures;
};
