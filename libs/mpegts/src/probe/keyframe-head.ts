import type { StreamKind } from '../psi/stream-kind.js';
import { isJudgedVideo, type JudgedVideo } from '../psi/stream-kind.js';
import { MPEG2, parseMpeg2Picture } from '../video/mpeg2-headers.js';
import { hasRecoveryPoint } from '../video/sei.js';

/** `unknown`: the picture's beginning is not among the bytes. */
export type KeyframeVerdict = 'keyframe' | 'other' | 'unknown';

/** Judges an access unit by its first bytes: those up to the first slice are enough. Audio frames are keyframes. */
export const judgeKeyframe = (kind: StreamKind, head: Uint8Array): KeyframeVerdict => {
  if (!isJudgedVideo(kind)) return 'keyframe';
  const judge = JUDGES[kind];
  for (let at = nextUnit(head, 0); at < head.length; at = nextUnit(head, at)) {
    const verdict = judge(head, at);
    if (verdict !== 'unknown') return verdict;
  }
  return 'unknown';
};

/** Index behind the next 00 00 01; the length if there is none. */
const nextUnit = (bytes: Uint8Array, from: number): number => {
  for (let at = from + 2; at < bytes.length; at++) {
    if (bytes[at] === 1 && bytes[at - 1] === 0 && bytes[at - 2] === 0) return at + 1;
  }
  return bytes.length;
};

const judgeH264 = (bytes: Uint8Array, at: number): KeyframeVerdict => {
  const type = bytes[at] & 0x1f;
  if (type === 5) return 'keyframe';
  if (type === 1 || type === 2) return 'other';
  if (type !== 6) return 'unknown';
  // A SEI that is not whole yet is judged when it is.
  const end = nextUnit(bytes, at);
  return end < bytes.length && hasRecoveryPoint(bytes.subarray(at, end - 3)) ? 'keyframe' : 'unknown';
};

const judgeHevc = (bytes: Uint8Array, at: number): KeyframeVerdict => {
  const type = (bytes[at] >> 1) & 0x3f;
  if (type >= 32) return 'unknown';
  return type >= 16 && type <= 23 ? 'keyframe' : 'other';
};

const judgeMpeg2 = (bytes: Uint8Array, at: number): KeyframeVerdict => {
  if (bytes[at] !== MPEG2.picture || at + 3 > bytes.length) return 'unknown';
  if (parseMpeg2Picture(bytes.subarray(at - 3)).codingType !== 'I') return 'other';
  for (let unit = nextUnit(bytes, 0); unit < at; unit = nextUnit(bytes, unit)) {
    if (bytes[unit] === MPEG2.sequence) return 'keyframe';
  }
  return 'other';
};

/** ISO/IEC 14496-2 §6.2.5: vop_coding_type follows the start code; 0 is an I-VOP. */
const judgeMpeg4 = (bytes: Uint8Array, at: number): KeyframeVerdict => {
  if (bytes[at] !== VOP_START_CODE || at + 2 > bytes.length) return 'unknown';
  return bytes[at + 1] >> 6 === 0 ? 'keyframe' : 'other';
};

const VOP_START_CODE = 0xb6;

const JUDGES: Readonly<Record<JudgedVideo, (bytes: Uint8Array, at: number) => KeyframeVerdict>> = {
  ...{ h264: judgeH264, hevc: judgeHevc, mpeg2video: judgeMpeg2 },
  ...{ mpeg1video: judgeMpeg2, mpeg4: judgeMpeg4 },
};
