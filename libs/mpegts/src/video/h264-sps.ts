import type { ColourDescription, PictureFormat } from '../sample.js';
import { BitReader, unescape } from './bit-reader.js';
import { readAspectRatio, readSignalInfo, readTickDuration } from './video-usability.js';

/** What is needed of a sequence parameter set (ITU-T H.264 §7.3.2.1.1). */
export interface H264Sps {
  readonly id: number;
  readonly profileIdc: number;
  readonly constraintFlags: number;
  readonly levelIdc: number;
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly separateColourPlanes: boolean;
  readonly frameNumBits: number;
  readonly frameMbsOnly: boolean;
  readonly picture: PictureFormat;
  readonly frameTicks: number | undefined;
}

/** Profiles whose sets tell chroma format and bit depth. */
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Parses a whole SPS NAL unit; undefined if it makes no sense. */
export const parseH264Sps = (nal: Uint8Array): H264Sps | undefined => {
  const reader = new BitReader(unescape(nal.subarray(1)));
  const { width, height, frameMbs: _frameMbs, hasUsability, isWhole, ...body } = readBody(reader);
  if (body.id > 31 || body.frameNumBits > 16 || !isWhole) return undefined;
  const { sar, colour, frameTicks } = hasUsability ? readUsability(reader) : NO_USABILITY;
  if (width <= 0 || height <= 0) return undefined;
  const picture = {
    width,
    height,
    sarWidth: sar[0],
    sarHeight: sar[1],
    interlaced: !body.frameMbsOnly,
    ...(colour && { colour }),
  };
  return { ...body, picture, frameTicks };
};

/** Reads the RBSP of a set up to its VUI parameters. */
export const readBody = (reader: BitReader) => {
  const profileIdc = reader.bits(8);
  const constraintFlags = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.unsigned();
  const chroma = HIGH_PROFILES.has(profileIdc) ? readChroma(reader) : MAIN_CHROMA;
  const frameNumBits = reader.unsigned() + 4;
  skipPictureOrder(reader);
  reader.unsigned();
  reader.skip(1);
  const widthInMbs = reader.unsigned() + 1;
  const heightInMapUnits = reader.unsigned() + 1;
  const frameMbsOnly = reader.flag();
  const heightInMbs = heightInMapUnits * (frameMbsOnly ? 1 : 2);
  if (!frameMbsOnly) reader.skip(1);
  reader.skip(1);
  const [cropX, cropY] = reader.flag() ? readCrop(reader, chroma, frameMbsOnly) : [0, 0];
  const isWhole = !reader.atEnd();
  const [width, height] = [widthInMbs * 16 - cropX, heightInMbs * 16 - cropY];
  const told = { profileIdc, constraintFlags, levelIdc, id, ...chroma, frameNumBits, frameMbsOnly };
  return { ...told, width, height, frameMbs: widthInMbs * heightInMbs, isWhole, hasUsability: reader.flag() };
};

type Chroma = Pick<H264Sps, 'chromaFormatIdc' | 'bitDepthLuma' | 'bitDepthChroma' | 'separateColourPlanes'>;

const MAIN_CHROMA: Chroma = { chromaFormatIdc: 1, bitDepthLuma: 8, bitDepthChroma: 8, separateColourPlanes: false };

const readChroma = (reader: BitReader): Chroma => {
  const chromaFormatIdc = reader.unsigned();
  const separateColourPlanes = chromaFormatIdc === 3 && reader.flag();
  const bitDepthLuma = reader.unsigned() + 8;
  const bitDepthChroma = reader.unsigned() + 8;
  reader.skip(1);
  if (reader.flag()) {
    const lists = chromaFormatIdc === 3 ? 12 : 8;
    for (let list = 0; list < lists; list++) if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  }
  return { chromaFormatIdc, bitDepthLuma, bitDepthChroma, separateColourPlanes };
};

/** ITU-T H.264 §7.3.2.1.1.1. */
const skipScalingList = (reader: BitReader, size: number): void => {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + reader.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
};

const skipPictureOrder = (reader: BitReader): void => {
  const type = reader.unsigned();
  if (type === 0) reader.unsigned();
  if (type !== 1) return;
  reader.skip(1);
  reader.signed();
  reader.signed();
  const cycle = Math.min(reader.unsigned(), 255);
  for (let index = 0; index < cycle; index++) reader.signed();
};

/** Cropped luma samples, horizontally and vertically (ITU-T H.264 §7.4.2.1.1, CropUnitX and CropUnitY). */
const readCrop = (reader: BitReader, chroma: Chroma, frameMbsOnly: boolean): readonly [number, number] => {
  const planar = chroma.chromaFormatIdc === 0 || chroma.separateColourPlanes;
  const unitX = !planar && chroma.chromaFormatIdc < 3 ? 2 : 1;
  const unitY = (!planar && chroma.chromaFormatIdc === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
  const x = reader.unsigned() + reader.unsigned();
  const y = reader.unsigned() + reader.unsigned();
  return [x * unitX, y * unitY];
};

interface Usability {
  readonly sar: readonly [number, number];
  readonly colour: ColourDescription | undefined;
  readonly frameTicks: number | undefined;
}

const NO_USABILITY: Usability = { sar: [1, 1], colour: undefined, frameTicks: undefined };

const readUsability = (reader: BitReader): Usability => {
  const sar = readAspectRatio(reader);
  const colour = readSignalInfo(reader);
  const tick = readTickDuration(reader);
  // Two ticks a frame: ITU-T H.264 §E.2.1.
  return { sar, colour, frameTicks: tick === undefined ? undefined : tick * 2 };
};
