import type { LoadSides, LoadSize } from '../load/load-sides.js';
import type { CaseName } from '../run/arguments.js';
import type { BenchCase } from '../run/bench-case.js';

/** Requests a second at one number of connections. */
export const loadCase = (name: CaseName, sides: LoadSides, size: LoadSize): BenchCase => ({
  name,
  unit: 'requests/s',
  better: 'larger',
  what: { ...sides.what, ours: `${sides.what.ours}, ${size.connections} connections` },
  limit: sides.limit,
  prepare: () => sides.prepare(),
  ours: async () => (await sides.ours(size)).perSecond,
  baseline: async () => (await sides.baseline(size)).perSecond,
  afterRound: () => sides.afterRound(),
  finish: () => sides.finish(),
});
