import { describe, expect, it } from '@jest/globals';
import type { BenchCase } from './bench-case.js';
import { resultOf, type Round } from './result.js';
import { formatFigure, formatTable } from './table.js';

const polls = {
  name: 'polls',
  unit: 'requests/s',
  better: 'larger',
  what: { ours: 'a poll', baseline: 'an echo' },
  limit: 'one thread',
} as BenchCase;

const rounds: Round[] = [
  { ours: { value: 8000, cpuSeconds: { gateway: 4 } }, baseline: { value: 10_000, cpuSeconds: { bench: 2 } } },
  { ours: { value: 9000, cpuSeconds: { gateway: 5, nats: 0.001 } }, baseline: { value: 10_000, cpuSeconds: {} } },
  { ours: { value: 4000, cpuSeconds: { gateway: 6 } }, baseline: { value: 5000, cpuSeconds: {} } },
];

describe('a result', () => {
  it('has the medians of its rounds, and leaves idle processes out', () => {
    expect(resultOf(polls, rounds)).toMatchObject({
      name: 'polls',
      ours: 8000,
      baseline: 10_000,
      ratio: 0.8,
      unit: 'requests/s',
      limit: 'one thread',
      oursCpuSeconds: { gateway: 5 },
      baselineCpuSeconds: {},
    });
  });
});

describe('processor times that compare', () => {
  const copy = { ...polls, comparesCpu: true } as BenchCase;
  const side = (cpuSeconds: Record<string, number>, gatewayBytes?: number) => ({ value: 1, cpuSeconds, gatewayBytes });

  it("are the fleet's without its client, against the baseline's without the fleet", () => {
    const copies: Round[] = [
      { ours: side({ worker: 2, gateway: 1, bench: 9 }, 1_000_000), baseline: side({ bench: 2, gateway: 7 }) },
      { ours: side({ worker: 2, gateway: 2 }, 3_000_000), baseline: side({ bench: 2 }) },
      { ours: side({ worker: 1 }, 2_000_000), baseline: side({ bench: 2 }) },
    ];
    const result = resultOf(copy, copies);
    expect(result).toMatchObject({ cpuRatio: 1.5, gatewayBytes: 2_000_000 });
    expect(formatTable([result])).toContain('  gateway:  2.0 MB read and written');
  });

  it('are not told where they were not measured', () => {
    expect(resultOf(copy, [{ ours: side({}), baseline: side({}) }])).not.toHaveProperty('cpuRatio');
    expect(resultOf(polls, rounds)).not.toHaveProperty('cpuRatio');
  });
});

describe('the table', () => {
  it('aligns figures, and tells below what they mean', () => {
    expect(formatTable([resultOf(polls, rounds)])).toBe(`case    ours  baseline  unit        ratio    ±  CPU
polls  8,000    10,000  requests/s   0.80  0 %

ratio over 1: we are better
CPU: processor time of the fleet as a multiple of the baseline's; under 1: we are better

polls
  ours:     a poll
  baseline: an echo
  limit:    one thread
  CPU s, ours:     gateway 5.00
  CPU s, baseline: not measured`);
  });

  it.each([
    [0.1234, '0.12'],
    [9.96, '10'],
    [12.34, '12.3'],
    [99.9, '99.9'],
    [123.4, '123'],
    [12_345.6, '12,346'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});
