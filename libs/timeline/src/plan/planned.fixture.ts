import { planExport } from './plan-export.js';
import type { Piece } from './piece.js';
import { plan as planSchema, type Plan } from './plan.js';
import { inputOf, type InputSketch, recording, type SegmentSketch, ZERO_MS } from './recording.fixture.js';
import type { SegmentProbe } from './plan-input.js';
import type { PlannedTask } from './task.js';
import { expect } from '@jest/globals';

export const wall = (startMs: number, durationMs: number) =>
  ({ kind: 'wall-clock', startEpochMs: ZERO_MS + startMs, durationMs }) as const;
export const planOf = (sketches: SegmentSketch[], sketch: InputSketch = {}): Plan => {
  const plan = planExport(inputOf(recording(sketches), sketch));
  expect(planSchema.parse(plan)).toEqual(plan);
  return plan;
};
/** What is read for it, in order. */
export const piecesOf = (task: PlannedTask): Piece[] => {
  if (task.kind === 'ts-parts') return task.parts.flatMap(({ pieces }) => pieces);
  return task.kind === 'storyboard' ? task.shots.flatMap(({ pieces }) => pieces) : task.pieces;
};
export const leadOf = (task: PlannedTask): Piece[] => (task.kind === 'storyboard' ? task.shots[0].lead : task.lead);
export const indexes = (pieces: Piece[]) => pieces.map((piece) => piece.segmentIndex);
export const refusal = (call: () => unknown) => {
  try {
    call();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it was not refused');
};
export const codes = (plan: Plan) => plan.warnings.map((warning) => warning.code);
export const mp4 = { container: 'mp4', cutMode: 'exact' } as const;
export const streams = (...list: [SegmentProbe['streams'][number]['kind'], string, number?][]): SegmentProbe => ({
  startsWithKeyframe: true,
  streams: list.map(([kind, codec, sampleRateHz]) => ({ kind, codec, ...(sampleRateHz && { sampleRateHz }) })),
});
