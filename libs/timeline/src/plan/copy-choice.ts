/** Something that can be copied inside the store, or must be streamed. */
export interface CopyUnit {
  sizeBytes: number;
  /** What is left of it at least, when a worker has read it. */
  leastBytes: number;
  /** It may be a part by itself. */
  copyable: boolean;
  /** A byte range of it may be copied. */
  divisible: boolean;
}

/** What of a copied unit is streamed with its neighbours. */
export interface CopiedRange {
  headBytes: number;
  tailBytes: number;
}

export interface CopyRules {
  minPartBytes: number;
  /** Heads and tails are whole multiples of it, but for what is left at a unit's end. */
  borrowBytes: number;
}

/** Ways to go on that end with a copied unit, cheapest first; each later one can lend more. */
interface Step {
  index: number;
  streamedBytes: number;
  /** What its end can still lend. */
  slackBytes: number;
  headBytes: number;
  before: Step | undefined;
  /** What the unit of `before` lends. */
  tailBytes: number;
}

/**
 * Between two copied units at most so many that could be copied are streamed: the first makes up for what lies before it, the
 * last for what lies behind, and any other could be copied.
 */
const MOST_ABSORBED = 2;

/**
 * Which units are copied so that the fewest bytes are streamed. Whatever is streamed between two copied units is a part of its own and
 * needs `minPartBytes`: what it lacks is borrowed from the end of the unit before, then from the start of the one behind, or a
 * unit is streamed whole. Behind the last copied unit nothing is needed.
 */
export const chooseCopies = (units: readonly CopyUnit[], rules: CopyRules): (CopiedRange | undefined)[] => {
  const steps: Step[][] = [];
  const sizes = runningSums(units.map(({ sizeBytes }) => sizeBytes));
  const leasts = runningSums(units.map(({ leastBytes }) => leastBytes));
  const origins: { index: number; steps: (Step | undefined)[] }[] = [{ index: -1, steps: [undefined] }];
  units.forEach((unit, index) => {
    if (!unit.copyable) return;
    const reached = origins.flatMap((origin) =>
      origin.steps.flatMap((before) => {
        const gap = {
          sizeBytes: sizes[index] - sizes[origin.index + 1],
          leastBytes: leasts[index] - leasts[origin.index + 1],
        };
        return stepTo({ index, unit, before, gap }, rules) ?? [];
      }),
    );
    const best = unbeaten(reached);
    steps[index] = best;
    origins.push({ index, steps: best });
    if (origins.length > MOST_ABSORBED + 1) origins.shift();
  });
  const rest = (step: Step | undefined): number =>
    (step?.streamedBytes ?? 0) + sizes[units.length] - sizes[(step?.index ?? -1) + 1];
  const ends = steps.flat();
  const last = ends.reduce<Step | undefined>((best, step) => (rest(step) < rest(best) ? step : best), undefined);
  return rangesOf(units.length, last);
};

const runningSums = (values: number[]): number[] => {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  return sums;
};

/** Copying a unit behind `before` and what is streamed between; undefined: what lacks cannot be borrowed. */
const stepTo = (
  to: { index: number; unit: CopyUnit; before: Step | undefined; gap: { sizeBytes: number; leastBytes: number } },
  { minPartBytes, borrowBytes }: CopyRules,
): Step | undefined => {
  const { index, unit, before, gap } = to;
  const lack = gap.sizeBytes === 0 ? 0 : roundUp(Math.max(0, minPartBytes - gap.leastBytes), borrowBytes);
  const tailBytes = Math.min(lack, before?.slackBytes ?? 0);
  const headBytes = lack - tailBytes;
  const spare = unit.divisible ? Math.max(0, unit.sizeBytes - minPartBytes) : 0;
  if (headBytes > spare) return undefined;
  // no more is ever borrowed
  const slackBytes = Math.min(roundDown(spare - headBytes, borrowBytes), roundUp(minPartBytes, borrowBytes));
  const streamedBytes = (before?.streamedBytes ?? 0) + gap.sizeBytes + lack;
  return { index, streamedBytes, slackBytes, headBytes, before, tailBytes };
};

const unbeaten = (steps: Step[]): Step[] => {
  const sorted = steps.toSorted((a, b) => a.streamedBytes - b.streamedBytes || b.slackBytes - a.slackBytes);
  const kept: Step[] = [];
  for (const step of sorted) if (kept.length === 0 || step.slackBytes > kept.at(-1)!.slackBytes) kept.push(step);
  return kept;
};

const rangesOf = (count: number, last: Step | undefined): (CopiedRange | undefined)[] => {
  const ranges: (CopiedRange | undefined)[] = Array.from({ length: count });
  let tailBytes = 0;
  for (let step = last; step !== undefined; step = step.before) {
    ranges[step.index] = { headBytes: step.headBytes, tailBytes };
    ({ tailBytes } = step);
  }
  return ranges;
};

const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;
const roundDown = (bytes: number, unit: number): number => Math.floor(bytes / unit) * unit;
