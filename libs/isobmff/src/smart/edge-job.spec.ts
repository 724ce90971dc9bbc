import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { video } from '../testing/samples.js';
import { framesBetween, keptBefore } from './edge-job.js';

const FRAME_TICKS = 3000;

/** Pictures shown in an arbitrary order, stamped as late as a delay of reordering that is just large enough allows. */
const reordered = fc
  .array(fc.nat(), { minLength: 1, maxLength: 24 })
  .map((weights) => weights.map((weight, index) => ({ weight: index + (weight % 4), index })))
  .map((items) => items.toSorted((a, b) => a.weight - b.weight || a.index - b.index).map(({ index }) => index))
  .map((shownAt) => {
    const delay = Math.max(0, ...shownAt.map((rank, decoded) => decoded - rank));
    return shownAt.map((rank, decoded) =>
      video((decoded - delay) * FRAME_TICKS, { ptsTicks: rank * FRAME_TICKS, keyframe: decoded === 0 }),
    );
  });

describe('frames of an edge', () => {
  it('take over decoding times that rise, and are never later than their presentation', () => {
    fc.assert(
      fc.property(reordered, fc.nat(24), fc.nat(24), (samples, from, length) => {
        const [fromTicks, toTicks] = [from * FRAME_TICKS, (from + length) * FRAME_TICKS];
        const frames = framesBetween(samples, fromTicks, toTicks);
        const shown = samples.map(({ ptsTicks }) => ptsTicks).filter((ticks) => ticks >= fromTicks && ticks < toTicks);
        expect(frames.map(({ ptsTicks }) => ptsTicks)).toEqual(shown.toSorted((a, b) => a - b));
        for (const [index, { ptsTicks, dtsTicks }] of frames.entries()) {
          expect(dtsTicks).toBeLessThanOrEqual(ptsTicks);
          if (index > 0) expect(dtsTicks).toBeGreaterThan(frames[index - 1].dtsTicks);
          expect(samples.map((sample) => sample.dtsTicks)).toContain(dtsTicks);
        }
      }),
    );
  });

  it('are only what cannot stay: the beginning that hides nothing, and all of it', () => {
    fc.assert(
      fc.property(reordered, fc.nat(24), (samples, end) => {
        const endTicks = end * FRAME_TICKS;
        const isClosed = (count: number): boolean => {
          const kept = samples.slice(0, count).map(({ ptsTicks }) => ptsTicks);
          const rest = samples.slice(count).map(({ ptsTicks }) => ptsTicks);
          return Math.max(-1, ...kept) < Math.min(endTicks, ...rest);
        };
        const count = keptBefore(samples, endTicks);
        if (samples.some(({ ptsTicks }) => ptsTicks >= endTicks)) expect(isClosed(count)).toBe(true);
        for (let more = count + 1; more < samples.length; more++) expect(isClosed(more)).toBe(false);
      }),
    );
  });
});
