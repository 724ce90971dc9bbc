import type { LoadFigures, LoadSides } from '../load/load-sides.js';
import type { CpuSeconds } from '../measure/cpu-time.js';
import { median } from '@clipfleet/local-stack';
import { formatFigure } from '../run/table.js';

export interface ApiSide extends Pick<LoadFigures, 'perSecond' | 'p50Ms' | 'p99Ms'> {
  /** Processor time of what answers, for each request: less moved by what else the machine does. */
  cpuUs: number;
}

/** Medians of the rounds. */
export interface ApiResult {
  name: string;
  connections: number;
  ours: ApiSide;
  baseline: ApiSide;
  /** Requests a second, ours as a multiple of the baseline's. */
  ratio: number;
}

export type ApiRound = Pick<ApiResult, 'ours' | 'baseline'>;

export const sideOf = (figures: LoadFigures, servers: readonly string[], cpu: CpuSeconds): ApiSide => {
  const { perSecond, p50Ms, p99Ms, answered } = figures;
  const seconds = servers.reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
  return { perSecond, p50Ms, p99Ms, cpuUs: (seconds * 1e6) / Math.max(1, answered) };
};

export const apiResultOf = (name: string, connections: number, rounds: readonly ApiRound[]): ApiResult => ({
  name,
  connections,
  ours: medianSide(rounds.map(({ ours }) => ours)),
  baseline: medianSide(rounds.map(({ baseline }) => baseline)),
  ratio: median(rounds.map(({ ours, baseline }) => ours.perSecond / baseline.perSecond)),
});

const medianSide = (sides: readonly ApiSide[]): ApiSide => ({
  perSecond: median(sides.map(({ perSecond }) => perSecond)),
  p50Ms: median(sides.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(sides.map(({ p99Ms }) => p99Ms)),
  cpuUs: median(sides.map(({ cpuUs }) => cpuUs)),
});

const HEAD = '| load | connections | ours /s | p50/p99 ms | CPU µs | baseline /s | p50/p99 ms | CPU µs | ratio |';

const cellsOf = ({ perSecond, p50Ms, p99Ms, cpuUs }: ApiSide): string[] => [
  formatFigure(perSecond),
  `${formatFigure(p50Ms)}/${formatFigure(p99Ms)}`,
  formatFigure(cpuUs),
];

/** Markdown, as it stands in the README. */
export const formatApiResults = (results: readonly ApiResult[], loads: Readonly<Record<string, LoadSides>>): string => {
  const rows = results.map(({ name, connections, ours, baseline, ratio }) =>
    [`\`${name}\``, connections, ...cellsOf(ours), ...cellsOf(baseline), ratio.toFixed(2)].join(' | '),
  );
  const notes = Object.entries(loads).map(([name, { what, limit, servers }]) =>
    [
      name,
      `  ours:     ${what.ours} (CPU of ${servers.ours.join(', ')})`,
      `  baseline: ${what.baseline} (CPU of ${servers.baseline.join(', ')})`,
      `  limit:    ${limit}`,
    ].join('\n'),
  );
  return [
    [HEAD, '|---|---|---|---|---|---|---|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n'),
    ...notes,
  ].join('\n\n');
};
