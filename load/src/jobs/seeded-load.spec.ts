import { describe, expect, it } from '@jest/globals';
import { loadKinds, seededLoad } from './seeded-load.js';

const options = { seed: 7, jobCount: 2_000, tenantCount: 20, overMs: 5_000 };

describe('seededLoad', () => {
  const jobs = seededLoad(options);

  it('is the same for the same seed, and another one for another', () => {
    expect(seededLoad(options)).toEqual(jobs);
    expect(seededLoad({ ...options, seed: 8 })).not.toEqual(jobs);
  });

  it('comes in order, within its time', () => {
    const times = jobs.map(({ afterMs }) => afterMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(5_000);
  });

  it('is of every tenant and of every kind, about as often as the mix says', () => {
    expect(new Set(jobs.map(({ tenant }) => tenant)).size).toBe(20);
    const shares = loadKinds.map((name) => jobs.filter(({ kindName }) => kindName === name).length / jobs.length);
    for (const [index, share] of [0.44, 0.2, 0.12, 0.08, 0.05, 0.03, 0.03, 0.05].entries())
      expect(Math.abs(shares[index] - share)).toBeLessThan(0.03);
  });
});
