import { mergeRanges, RangeWriter } from '@clipfleet/isobmff';
import type { Keyframe } from './first-keyframe.js';

const PID = 1;
export const KEYFRAME_STEP_TICKS = 90_000;

/** An mp4 of pictures that stand alone, a second apart: each with the parameter sets it came with. */
export const keyframeMovie = (keyframes: readonly Keyframe[]): Uint8Array => {
  const writer = new RangeWriter();
  const chunks: Uint8Array[] = [];
  for (const [index, { sample, config }] of keyframes.entries()) {
    const ticks = index * KEYFRAME_STEP_TICKS;
    const placed = { ...sample, pid: PID, runIndex: 0, ptsTicks: ticks, dtsTicks: ticks, stamped: true };
    chunks.push(...writer.push(placed, { ...config, pid: PID, runIndex: 0, streamIndex: 0 }));
  }
  const { payload, report } = writer.finish();
  const { headerBytes } = mergeRanges([report], { container: 'mp4' });
  return Buffer.concat([headerBytes, ...chunks, ...payload]);
};
