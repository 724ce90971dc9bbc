import { lineChart, type Line } from '../picture/line-chart.js';
import type { PoolSample, Sample } from './recorder.js';

/** Colours that are told apart without red and green, too. */
const COLORS: Readonly<Record<string, string>> = {
  planner: '#7a7a7a',
  'segment-worker': '#0072b2',
  'transcode-worker': '#d55e00',
  'thumb-worker': '#009e73',
};

/** The curve of one run: what was to be done, what the triggers saw of it, and the pods that came of that. */
export const scalingPicture = (samples: readonly Sample[], title: string): string => {
  const pools = Object.keys(samples[0].pools);
  const lines = (value: (pool: PoolSample) => number | undefined, isStepped: boolean, names = pools): Line[] =>
    names.map((name) => ({
      ...{ label: name, color: COLORS[name] ?? '#000000', isStepped },
      points: samples.map(({ atS, pools: all }) => [atS, value(all[name]) ?? 0] as const),
    }));
  // not every ScaledObject has a trigger on it
  const known = pools.filter((name) => samples.some(({ pools: all }) => all[name].workS !== undefined));
  const unfinished = samples.map(({ atS, unfinished: count }) => [atS, count] as const);
  return lineChart({
    title,
    xLabel: 'seconds of this machine since the first export was sent',
    panels: [
      { title: 'Exports that have not ended', lines: [{ label: 'exports', color: '#333333', points: unfinished }] },
      { title: 'Lag of the consumer', lines: lines(({ lag }) => lag, false) },
      { title: 'Work left (s of a slot)', lines: lines(({ workS }) => workS, false, known) },
      { title: 'Pods wanted', lines: lines(({ wanted }) => wanted, true) },
      { title: 'Pods ready', lines: lines(({ ready }) => ready, true) },
    ],
  });
};
