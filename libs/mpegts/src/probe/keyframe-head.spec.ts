import { describe, expect, it } from '@jest/globals';
import { AUD, RECOVERY_POINT, annexB, h264Pps, h264Slice, h264Sps } from '../testing/es-samples.js';
import { judgeKeyframe } from './keyframe-head.js';

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

describe('judgeKeyframe', () => {
  const sets = [AUD, h264Sps(), h264Pps()];

  it.each([
    ['an IDR slice', annexB([...sets, h264Slice({ type: 5 })]), 'keyframe'],
    ['a slice behind a recovery point', annexB([AUD, RECOVERY_POINT, h264Slice()]), 'keyframe'],
    ['another slice', annexB([AUD, h264Slice()]), 'other'],
    ['parameter sets alone', annexB(sets), 'unknown'],
    ['a SEI that is not whole', annexB([AUD, RECOVERY_POINT]), 'unknown'],
    ['nothing', new Uint8Array(0), 'unknown'],
  ] as const)('judges H.264 by %s', (_, head, verdict) => {
    expect(judgeKeyframe('h264', head)).toBe(verdict);
  });

  it.each([
    ['an IDR picture', '00000001460150000001260180', 'keyframe'],
    ['a CRA picture', '0000012a0180', 'keyframe'],
    ['a trailing picture', '000001020180', 'other'],
    ['parameter sets', '0000014001000001420100', 'unknown'],
  ])('judges HEVC by %s', (_, head, verdict) => {
    expect(judgeKeyframe('hevc', hex(head))).toBe(verdict);
  });

  it.each([
    ['an I picture behind a sequence header', '000001b32d0240330000010000087fff', 'keyframe'],
    ['an I picture alone', '0000010000087fff', 'other'],
    ['a P picture behind a sequence header', '000001b32d0240330000010000107fff', 'other'],
    ['a picture header that is not whole', '000001b32d02403300000100', 'unknown'],
  ])('judges MPEG-2 by %s', (_, head, verdict) => {
    expect(judgeKeyframe('mpeg2video', hex(head))).toBe(verdict);
  });

  it.each([
    ['an I-VOP', '000001b61060b1', 'keyframe'],
    ['an I-VOP behind its headers', '000001b0010000012000845d4c000001b61060b1', 'keyframe'],
    ['a P-VOP', '000001b65660b1', 'other'],
    ['a B-VOP', '000001b69660b1', 'other'],
    ['a VOP that is not whole', '000001b6', 'unknown'],
  ])('judges MPEG-4 part 2 by %s', (_, head, verdict) => {
    expect(judgeKeyframe('mpeg4', hex(head))).toBe(verdict);
  });

  it('takes every audio frame for a keyframe', () => {
    expect(judgeKeyframe('aac', new Uint8Array(0))).toBe('keyframe');
  });
});
