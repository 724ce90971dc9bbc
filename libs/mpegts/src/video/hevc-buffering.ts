import { BitReader, unescape } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';
import { skipProfileTierLevel, skipToSpsId } from './hevc-sps.js';

/** What a decoder holds, of the highest sub-layer (ITU-T H.265 §7.4.3.2.1): in the syntax's own terms. */
export interface HevcBuffering {
  readonly maxDecPicBufferingMinus1: number;
  readonly maxNumReorderPics: number;
  readonly maxLatencyIncreasePlus1: number;
}

/** Where a set tells it: bits of the RBSP. */
export interface BufferingPlace {
  readonly from: number;
  readonly to: number;
  readonly layerCount: number;
  readonly buffering: HevcBuffering;
}

/** In the RBSP of a sequence parameter set. */
export const spsBuffering = (rbsp: Uint8Array): BufferingPlace => {
  const reader = new BitReader(rbsp);
  const { maxSubLayersMinus1 } = skipToSpsId(reader);
  reader.unsigned();
  if (reader.unsigned() === 3) reader.skip(1);
  for (let size = 0; size < 2; size++) reader.unsigned();
  if (reader.flag()) for (let edge = 0; edge < 4; edge++) reader.unsigned();
  // bit depths, picture order count
  for (let value = 0; value < 3; value++) reader.unsigned();
  return readPlace(reader, maxSubLayersMinus1);
};

/** In the RBSP of a video parameter set. */
export const vpsBuffering = (rbsp: Uint8Array): BufferingPlace => {
  const reader = new BitReader(rbsp);
  reader.skip(12);
  const maxSubLayersMinus1 = reader.bits(3);
  reader.skip(17);
  skipProfileTierLevel(reader, maxSubLayersMinus1);
  return readPlace(reader, maxSubLayersMinus1);
};

/** Of a sequence parameter set NAL unit. */
export const hevcBuffering = (sps: Uint8Array): HevcBuffering => spsBuffering(unescape(sps.subarray(2))).buffering;

const readPlace = (reader: BitReader, maxSubLayersMinus1: number): BufferingPlace => {
  const from = reader.position;
  const layerCount = reader.flag() ? maxSubLayersMinus1 + 1 : 1;
  let values = [0, 0, 0];
  for (let layer = 0; layer < layerCount; layer++) values = [reader.unsigned(), reader.unsigned(), reader.unsigned()];
  const [maxDecPicBufferingMinus1, maxNumReorderPics, maxLatencyIncreasePlus1] = values;
  const buffering = { maxDecPicBufferingMinus1, maxNumReorderPics, maxLatencyIncreasePlus1 };
  return { from, to: reader.position, layerCount, buffering };
};

/**
 * What pictures without reordering tell so that it is the same as beside them: a decoder may drop what it has not shown yet
 * where the size of its buffer changes (§C.5.2.2). No less than they need.
 */
export const bufferingBits = ({ layerCount, buffering }: BufferingPlace, wished: HevcBuffering): BitWriter => {
  const pictures = Math.max(buffering.maxDecPicBufferingMinus1, wished.maxDecPicBufferingMinus1);
  const writer = new BitWriter().bits(1, 1);
  for (let layer = 0; layer < layerCount; layer++) {
    writer.unsigned(pictures, wished.maxNumReorderPics, wished.maxLatencyIncreasePlus1);
  }
  return writer;
};
