import type { ClipRange } from '../edit/edit.js';
import type { Output } from '../edit/output.js';
import { resolveRange, type ResolvedRange } from '../timeline/resolve-range.js';
import type { Segment, Timeline } from '../timeline/timeline.js';
import {
  DEFAULT_ENCODINGS,
  DEFAULT_PLAN_LIMITS,
  type PlanInput,
  type PlanLimits,
  type SegmentProbe,
} from './plan-input.js';

/** 2024-01-01T00:00:00Z */
export const ZERO_MS = Date.UTC(2024, 0, 1);
export const MIB = 1024 * 1024;

export interface SegmentSketch extends Partial<Omit<Segment, 'startTicks' | 'durationTicks'>> {
  durationMs?: number;
  /** Wall clock that did not run: a hole before the segment; negative: it was set back. */
  jumpMs?: number;
  /** Absent: 1 MiB. null: the object is missing. */
  sizeBytes?: number | null;
}

export interface Recording {
  timeline: Timeline;
  sizes: Map<string, number | undefined>;
}

/** A recording of 6 s segments from {@link ZERO_MS} on, unless the sketches say otherwise. */
export const recording = (sketches: SegmentSketch[], timeline: Partial<Timeline> = {}): Recording => {
  const sizes = new Map<string, number | undefined>();
  let startTicks = 0;
  let wallClockTicks = ZERO_MS * 90;
  const segments = sketches.map(({ durationMs = 6000, jumpMs = 0, sizeBytes, ...rest }, index): Segment => {
    const key = rest.key ?? `rec/${index}.ts`;
    if (sizeBytes !== null) sizes.set(key, sizeBytes ?? MIB);
    wallClockTicks += jumpMs * 90;
    const segment = {
      runIndex: 0,
      gap: false,
      ...rest,
      key,
      startTicks,
      wallClockTicks,
      durationTicks: durationMs * 90,
    };
    startTicks += segment.durationTicks;
    wallClockTicks += segment.durationTicks;
    return segment;
  });
  const base = {
    playlistKey: 'rec/play.m3u8',
    growing: false,
    hasWallClock: true,
    targetDurationSeconds: 6,
    warnings: [],
  };
  return { timeline: { ...base, ...timeline, segments }, sizes };
};

export const repeat = (count: number, sketch: SegmentSketch = {}): SegmentSketch[] =>
  Array.from({ length: count }, () => ({ ...sketch }));

export const resolved = (timeline: Timeline, range: ClipRange): ResolvedRange => {
  const found = resolveRange(timeline, range);
  if (found.kind !== 'resolved') throw new Error('the recording has not come so far');
  return found;
};

export const h264Aac = (startsWithKeyframe = true): SegmentProbe => ({
  startsWithKeyframe,
  streams: [
    { kind: 'video', codec: 'h264' },
    { kind: 'audio', codec: 'aac', sampleRateHz: 48_000, channelCount: 2 },
  ],
  programBase64: 'UEFU',
});

export const outputOf = (changes: Partial<Output> = {}): Output => ({
  container: 'ts',
  cutMode: 'segment',
  codec: { kind: 'copy' },
  destination: { storeId: 'main', bucket: 'out', key: 'out.ts' },
  overwrite: false,
  storeCopy: true,
  pipeline: 'auto',
  gapPolicy: 'fail',
  annotations: { project: 'p', description: 'd' },
  ...changes,
});

export interface InputSketch {
  output?: Partial<Output>;
  range?: ClipRange;
  limits?: Partial<PlanLimits>;
  abilities?: Partial<PlanInput['abilities']>;
  /** Of every segment, unless `probes` has another. */
  probe?: SegmentProbe;
  probes?: [number, SegmentProbe][];
}

export const inputOf = ({ timeline, sizes }: Recording, sketch: InputSketch = {}): PlanInput => {
  const probe = sketch.probe ?? h264Aac();
  const probes = new Map(timeline.segments.map((_segment, index) => [index, probe]));
  for (const [index, other] of sketch.probes ?? []) probes.set(index, other);
  const source = { storeId: 'main', bucket: 'in', key: timeline.playlistKey };
  return {
    output: outputOf(sketch.output),
    clips: [{ source, timeline, range: resolved(timeline, sketch.range ?? { kind: 'whole' }), sizes, probes }],
    abilities: { storeCopy: true, equalParts: false, ...sketch.abilities },
    limits: { ...DEFAULT_PLAN_LIMITS, ...sketch.limits },
    encodings: DEFAULT_ENCODINGS,
  };
};
