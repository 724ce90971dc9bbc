import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { LagTrigger } from '@clipfleet/deploy';
import { poolSpec } from '../autoscaling/spec.fixture.js';
import { Scaler } from './scaler.js';
import { SimClock } from './sim-clock.js';

/** One that counts what it is told. */
const target = () => ({
  wanted: 0,
  told: [0],
  scaleTo(count: number) {
    if (count !== this.wanted) this.told.push(count);
    this.wanted = count;
  },
});

it('wakes a pool for a message, grows it by the lag, keeps it while NATS is silent, and lets it sleep', async () => {
  let lag: number | undefined = 0;
  const pool = target();
  const trigger: LagTrigger = {
    ...{ type: 'nats-jetstream', name: 'lag', target: 2, activation: 0 },
    ...{ account: '$G', stream: 'WORK', consumer: 'segment' },
  };
  const scaler = new Scaler(poolSpec({ triggers: [trigger] }), pool, async () => lag, new SimClock(3_000));
  const stopping = new AbortController();
  const running = scaler.run(stopping.signal);
  const until = async (wanted: number): Promise<void> => {
    while (pool.wanted !== wanted) await delay(1);
  };
  lag = 18;
  await until(9);
  expect(pool.told).toEqual([0, 1, 9]);
  lag = undefined;
  await delay(20);
  expect(pool.wanted).toBe(9);
  lag = 0;
  await until(0);
  stopping.abort();
  await running;
  expect(pool.told.toSpliced(0, 3)).toEqual(pool.told.toSpliced(0, 3).toSorted((a, b) => b - a));
});
