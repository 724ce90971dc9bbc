import type { VideoCodec } from '../sample.js';

const LENGTH_BYTES = 4;
const START_CODE = [0, 0, 0, 1];

/** The NAL units of a sample as the demuxer gives it: views, in order. */
export const nalsOf = (data: Uint8Array): Uint8Array[] => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const nals: Uint8Array[] = [];
  for (let at = 0; at + LENGTH_BYTES <= data.length;) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    nals.push(data.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return nals;
};

/** NAL units behind their lengths: what a sample of an mp4 is. */
export const toLengthPrefixed = (nals: readonly Uint8Array[]): Uint8Array => {
  const data = new Uint8Array(nals.reduce((sum, nal) => sum + LENGTH_BYTES + nal.length, 0));
  const view = new DataView(data.buffer);
  let at = 0;
  for (const nal of nals) {
    view.setUint32(at, nal.length);
    data.set(nal, at + LENGTH_BYTES);
    at += LENGTH_BYTES + nal.length;
  }
  return data;
};

/** NAL units behind start codes of 4 bytes (ITU-T H.264 Annex B, H.265 Annex B). */
export const toByteStream = (nals: readonly Uint8Array[]): Uint8Array => {
  const data = toLengthPrefixed(nals);
  let at = 0;
  for (const nal of nals) {
    data.set(START_CODE, at);
    at += LENGTH_BYTES + nal.length;
  }
  return data;
};

const H264_IDR = 5;
/** IDR_W_RADL, IDR_N_LP and the three BLA types (ITU-T H.265 Table 7-1). */
const HEVC_CLEAN: ReadonlySet<number> = new Set([16, 17, 18, 19, 20]);

/**
 * Whether everything decoding needs begins anew with this picture, so that it may follow any other one. A mere keyframe
 * (recovery point, CRA) does not: numbering and references go on over it.
 */
export const beginsAnew = (codec: VideoCodec, data: Uint8Array): boolean => {
  if (codec === 'h264') return nalsOf(data).some((nal) => (nal[0] & 0x1f) === H264_IDR);
  if (codec === 'hevc') return nalsOf(data).some((nal) => HEVC_CLEAN.has((nal[0] >> 1) & 0x3f));
  return false;
};
