import { describe, expect, it } from '@jest/globals';
import type { IdleSlots } from '@clipfleet/jetstream';
import type { Plan, TaskKind } from '@clipfleet/timeline';
import { FleetSlots } from './fleet-slots.js';

const planOf = (...kinds: TaskKind[]): Plan => ({ tasks: kinds.map((kind) => ({ kind })) }) as unknown as Plan;

describe('the slots a plan takes', () => {
  it.each([
    [planOf('remux-range', 'ts-parts', 'render'), { segment: 2, transcode: 1 }],
    [planOf('picture'), {}],
    [planOf(), {}],
  ])('are counted by the workers of its tasks', (plan, expected) => {
    const claimed: Record<string, number> = {};
    const idle = { claim: (kind: string, count: number) => (claimed[kind] = count) };
    new FleetSlots(idle as unknown as IdleSlots).claim(plan);
    expect(claimed).toEqual(expected);
  });
});
