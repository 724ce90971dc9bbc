import type { BenchResult } from './result.js';

/** Three digits that mean something. */
export const formatFigure = (value: number): string => {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(value >= 10 ? 3 : 2);
};

const formatCpu = (seconds: Readonly<Record<string, number>>): string =>
  Object.entries(seconds)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(', ') || 'not measured';

const columns = ['case', 'ours', 'baseline', 'unit', 'ratio', '±', 'CPU'] as const;

const cellsOf = (result: BenchResult): string[] => [
  result.name,
  formatFigure(result.ours),
  formatFigure(result.baseline),
  result.unit,
  result.ratio.toFixed(2),
  `${Math.round(result.ratioSpread * 100)} %`,
  result.cpuRatio?.toFixed(2) ?? '',
];

const LEGEND = `ratio over 1: we are better
CPU: processor time of the fleet as a multiple of the baseline's; under 1: we are better`;

const noteOf = (result: BenchResult): string =>
  [
    result.name,
    `  ours:     ${result.what.ours}`,
    `  baseline: ${result.what.baseline}`,
    `  limit:    ${result.limit}`,
    `  CPU s, ours:     ${formatCpu(result.oursCpuSeconds)}`,
    `  CPU s, baseline: ${formatCpu(result.baselineCpuSeconds)}`,
    ...(result.gatewayBytes === undefined ? [] : [`  gateway:  ${formatMb(result.gatewayBytes)} MB read and written`]),
  ].join('\n');

const formatMb = (bytes: number): string => formatFigure(bytes / 1_000_000);

/** The figures, then for each case what was compared, what bounds it, and where the time of the processors went. */
export const formatTable = (results: readonly BenchResult[]): string => {
  const rows = [[...columns], ...results.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
  return [lines.join('\n'), LEGEND, ...results.map(noteOf)].join('\n\n');
};
