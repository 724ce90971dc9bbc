import type { ColourDescription } from '../sample.js';
import type { BitReader } from './bit-reader.js';

/** Sample aspect ratios by aspect_ratio_idc (ITU-T H.264 Table E-1, the same in H.265). */
const ASPECT_RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];
const EXTENDED_SAR = 255;

/** aspect_ratio_info of VUI parameters; 1:1 when unspecified. */
export const readAspectRatio = (reader: BitReader): readonly [number, number] => {
  if (!reader.flag()) return [1, 1];
  const code = reader.bits(8);
  if (code !== EXTENDED_SAR) return ASPECT_RATIOS[code] ?? [1, 1];
  const width = reader.bits(16);
  const height = reader.bits(16);
  return width > 0 && height > 0 ? [width, height] : [1, 1];
};

/** overscan_info, video_signal_type and chroma_loc_info; of them only the colour description matters. */
export const readSignalInfo = (reader: BitReader): ColourDescription | undefined => {
  if (reader.flag()) reader.skip(1);
  const colour = reader.flag() ? readSignalType(reader) : undefined;
  if (reader.flag()) {
    reader.unsigned();
    reader.unsigned();
  }
  return colour;
};

const readSignalType = (reader: BitReader): ColourDescription | undefined => {
  reader.skip(3);
  const fullRange = reader.flag();
  if (!reader.flag()) return undefined;
  return { primaries: reader.bits(8), transfer: reader.bits(8), matrix: reader.bits(8), fullRange };
};

/** num_units_in_tick and time_scale: ticks of 90 kHz per tick of the stream's clock; undefined when not told. */
export const readTickDuration = (reader: BitReader): number | undefined => {
  if (!reader.flag()) return undefined;
  const units = reader.bits(32);
  const scale = reader.bits(32);
  return units > 0 && scale > 0 ? (90_000 * units) / scale : undefined;
};
