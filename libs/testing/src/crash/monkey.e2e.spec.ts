import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AppName, appNames, waitUntil } from '@clipfleet/local-stack';
import { expectAftermath, undisturbed } from './aftermath.fixture.js';
import type { Outcome } from '../fleet/outcome.js';
import { randomOf } from '../seeded-random.js';
import { CrashFleet, type Submitted } from './crash-fleet.fixture.js';
import { type KindName, kindNames } from '../fleet/export-kinds.js';

/** Another one: CLIPFLEET_MONKEY_SEED. It is in the test's name. */
const seed = Number(process.env['CLIPFLEET_MONKEY_SEED'] ?? 20_260_115);
const EXPORT_COUNT = 10;
const MONKEY_MS = 20_000;

let fleet: CrashFleet;
let outcomes: Map<KindName, Outcome>;
beforeAll(async () => {
  fleet = await CrashFleet.open();
  outcomes = await undisturbed(fleet);
});
afterAll(() => fleet?.close());

/** About one a second, whoever runs; each is started again at once, as Kubernetes would. Returns how many died. */
const killUntil = async (endAtMs: number, random: () => number): Promise<number> => {
  const starting = new Map<AppName, Promise<void>>();
  let killCount = 0;
  while (Date.now() < endAtMs) {
    const alive = appNames.filter((name) => !starting.has(name));
    const name = alive[Math.floor(random() * alive.length)];
    if (name) {
      await fleet.app(name).kill();
      killCount++;
      const start = fleet.app(name).restart();
      starting.set(
        name,
        start.finally(() => starting.delete(name)),
      );
    }
    await delay(500 + random() * 1_000);
  }
  await Promise.all(starting.values());
  return killCount;
};

it(`ten exports end as if nothing had happened while apps are killed for 20 s, one after the other (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const endAtMs = Date.now() + MONKEY_MS;
  const requests: Submitted[] = [];
  const submitting = (async () => {
    for (let index = 0; index < EXPORT_COUNT; index++) {
      const request = fleet.newRequest(kindNames[Math.floor(random() * kindNames.length)]);
      await waitUntil(() => fleet.post(request), { timeoutMs: MONKEY_MS, what: 'a gateway to accept an export' });
      requests.push(request);
      await delay(MONKEY_MS / EXPORT_COUNT / 2);
    }
  })();
  const killCount = await killUntil(endAtMs, random);
  await submitting;
  expect(requests).toHaveLength(EXPORT_COUNT);
  for (const request of requests) await expectAftermath(fleet, request, outcomes);
  expect(killCount).toBeGreaterThan(5);
});
