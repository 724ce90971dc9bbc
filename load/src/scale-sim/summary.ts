import type { Sample } from './recorder.js';

/** What became of one pool in a run; times from the first export on. */
export interface PoolSummary {
  name: string;
  mostWanted: number;
  mostReady: number;
  /** When the first pod beyond those at rest was ready; undefined: never. */
  firstReadyS: number | undefined;
  /** When nothing was left of it but what there is at rest. */
  atRestS: number;
}

export const poolSummaries = (samples: readonly Sample[]): PoolSummary[] =>
  Object.keys(samples[0].pools).map((name) => {
    const pods = samples.map(({ atS, pools }) => ({ atS, ...pools[name] }));
    const least = pods.at(-1)?.wanted ?? 0;
    const lastBusy = pods.findLastIndex(
      ({ wanted, ready, terminating }) => wanted > least || ready + terminating > least,
    );
    return {
      name,
      mostWanted: Math.max(...pods.map(({ wanted }) => wanted)),
      mostReady: Math.max(...pods.map(({ ready }) => ready)),
      firstReadyS: pods.find(({ ready }) => ready > least)?.atS,
      atRestS: pods[Math.min(lastBusy + 1, pods.length - 1)].atS,
    };
  });

/** When the last export had ended. */
export const doneAtS = (samples: readonly Sample[]): number =>
  samples[samples.findLastIndex(({ unfinished }) => unfinished > 0) + 1]?.atS ?? 0;
