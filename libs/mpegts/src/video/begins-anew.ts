import type { VideoCodec } from '../sample.js';
import { concatBytes } from '../bytes.js';
import { unescape } from './bit-reader.js';
import { escape } from './bit-writer.js';
import { HEVC_NAL, hevcNalType, isHevcIrap } from './hevc-nal.js';
import { nalsOf, toLengthPrefixed } from './length-prefixed.js';

const H264_IDR = 5;

/**
 * Whether everything decoding needs begins anew with this picture, so that it may follow any other one. A mere keyframe
 * (recovery point, CRA) does not: numbering and references go on over it.
 */
export const beginsAnew = (codec: VideoCodec, data: Uint8Array): boolean => {
  if (codec === 'h264') return nalsOf(data).some((nal) => (nal[0] & 0x1f) === H264_IDR);
  if (codec === 'hevc') return nalsOf(data).some((nal) => isHevcIrap(nal) && hevcNalType(nal) < HEVC_NAL.cra);
  return false;
};

/** Whether `withoutLeading` makes a picture that begins anew of this one. */
export const mayBeginAnew = (codec: VideoCodec, data: Uint8Array): boolean =>
  codec === 'hevc' && nalsOf(data).some((nal) => isHevcIrap(nal) && hevcNalType(nal) <= HEVC_NAL.cra);

/** no_output_of_prior_pics_flag: means nothing for a CRA inside a stream, but that of a broken link is obeyed. */
const NO_OUTPUT_OF_PRIOR = 0x40;
const HEADER_BYTES = 2;

const withPriorOutput = (nal: Uint8Array): Uint8Array => {
  if ((nal[HEADER_BYTES] & NO_OUTPUT_OF_PRIOR) === 0) return nal.slice();
  const rbsp = unescape(nal.subarray(HEADER_BYTES));
  rbsp[0] &= ~NO_OUTPUT_OF_PRIOR;
  return concatBytes([nal.subarray(0, HEADER_BYTES), escape(rbsp)]);
};

/**
 * A HEVC keyframe as one that begins anew and that no leading picture follows: a CRA as a broken link, which H.265 has for
 * spliced streams (§3.15). Slice headers of all these types have the same syntax; pictures behind the leading ones never refer to them.
 */
export const withoutLeading = (data: Uint8Array): Uint8Array =>
  toLengthPrefixed(
    nalsOf(data).map((nal) => {
      if (!isHevcIrap(nal)) return nal;
      const isIdr = [HEVC_NAL.idrWithLeading, HEVC_NAL.idrWithoutLeading].some((type) => type === hevcNalType(nal));
      const renamed = withPriorOutput(nal);
      // forbidden_zero_bit, nal_unit_type, the first bit of nuh_layer_id
      renamed[0] = ((isIdr ? HEVC_NAL.idrWithoutLeading : HEVC_NAL.blaWithoutLeading) << 1) | (nal[0] & 1);
      return renamed;
    }),
  );
