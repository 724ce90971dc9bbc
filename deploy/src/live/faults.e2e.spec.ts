import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ExportResource } from '@clipfleet/contracts';
import type { MessageBus } from '@clipfleet/jetstream';
import { appNames, type AppName, waitUntil } from '@clipfleet/local-stack';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPrometheus } from '../prometheus/prometheus-binaries.js';
import { hurried } from '../rules/hurried.js';
import { ruleGroups } from '../rules/rules.js';
import { describeWithTool } from '@clipfleet/testing';
import { type LiveFleet, openLiveFleet } from './live-fleet.fixture.js';
import { connectBus, dieOfTasks, publishNonsense } from './poison.fixture.js';
import { type LivePrometheus, type RuleState, startLivePrometheus } from './prometheus.fixture.js';

const copy = { container: 'ts', codec: { kind: 'copy' } } as const;
/** Those that tell one of these faults from another. A machine that stands still for seconds makes others true, whatever the fault. */
const TELLING = [
  'ClipfleetDeadLetters',
  'ClipfleetLedgerAway',
  'ClipfleetNatsAway',
  'ClipfleetNoWorkers',
  'ClipfleetStoreErrors',
];
const PATIENCE_MS = 120_000;

describeWithTool(
  () => findPrometheus('prometheus'),
  'the alerts of a fleet in which something is broken, a minute of the rules being a second',
  (binary) => {
    let stateDirectory: string;
    let fleet: LiveFleet;
    let prometheus: LivePrometheus;
    let bus: MessageBus;
    beforeAll(async () => {
      stateDirectory = await mkdtemp(path.join(tmpdir(), 'clipfleet-faults-'));
      fleet = await openLiveFleet(stateDirectory, {
        // longer than any fault: it is the alert that is looked at, not what becomes of the exports
        CLIPFLEET_MAX_ATTEMPTS: '25',
        CLIPFLEET_EXPORT_SLO_MS: '600000',
        // a task of a process that has died is soon another's
        CLIPFLEET_ACK_WAIT_MS: '5000',
      });
      bus = await connectBus(fleet.stack.nats.url);
      const targets = Object.fromEntries(appNames.map((app) => [app, fleet.stack.app(app).opsUrl]));
      prometheus = await startLivePrometheus({
        ...{ binary, stateDirectory, rules: hurried(ruleGroups) },
        targets: targets as Record<AppName, string>,
      });
      expect(await fleet.make(copy)).toBe('completed');
      await untilSilent();
    }, 400_000);
    afterAll(async () => {
      await bus?.close();
      await prometheus?.stop();
      await fleet?.close();
      await rm(stateDirectory, { recursive: true, force: true });
    });

    const alerts = async (): Promise<RuleState[]> =>
      (await prometheus.rules()).filter(({ type }) => type === 'alerting');
    const telling = async (): Promise<RuleState[]> => (await alerts()).filter(({ name }) => TELLING.includes(name));
    const untilFiring = (name: string, count = 1) =>
      waitUntil(
        async () => {
          const rule = (await alerts()).find((alert) => alert.name === name);
          return (rule?.alerts ?? []).filter(({ state }) => state === 'firing').length >= count;
        },
        { timeoutMs: PATIENCE_MS, everyMs: 250, what: `${name} to fire` },
      );
    const untilSilent = () =>
      waitUntil(async () => (await telling()).every(({ state }) => state === 'inactive'), {
        ...{ timeoutMs: PATIENCE_MS, everyMs: 250, what: 'every alert to end' },
      });

    /** What fired since then, by name and by what tells it from others of its name. */
    const firedSince = async (sinceMs: number): Promise<string[]> => {
      const seconds = Math.ceil((Date.now() - sinceMs) / 1000);
      const samples = await prometheus.query(`last_over_time(ALERTS{alertstate="firing"}[${seconds}s])`);
      const fired = samples.map(({ metric: { alertname, kind, reason, store } }) =>
        [alertname, kind, reason, store].filter((label) => label !== undefined).join(' '),
      );
      return fired.filter((alert) => TELLING.some((name) => alert.startsWith(name))).toSorted();
    };

    it('say that nobody works, while workers are gone and work waits, and no longer', async () => {
      const sinceMs = Date.now();
      const worker = fleet.stack.app('segment-worker');
      await worker.stop();
      const waiting = await fleet.submit(copy);
      await untilFiring('ClipfleetNoWorkers');
      await worker.restart();
      expect(await fleet.end(waiting)).toBe('completed');
      await untilSilent();
      expect(await firedSince(sinceMs)).toEqual(['ClipfleetNoWorkers segment']);
    }, 400_000);

    it('say which store fails, while it does, and every export is completed afterwards', async () => {
      const sinceMs = Date.now();
      await fleet.loseExports();
      const waiting = [await fleet.submit(copy)];
      const firing = untilFiring('ClipfleetStoreErrors').then(() => true);
      // requests go on: a store that nobody asks does not fail
      while (!(await Promise.race([firing, pause()]))) waiting.push(await fleet.submit(copy));
      await fleet.bringBackExports();
      expect(new Set(await Promise.all(waiting.map((each) => fleet.end(each))))).toEqual(new Set(['completed']));
      await untilSilent();
      expect((await firedSince(sinceMs)).filter(isNoSlowStart)).toEqual([
        `ClipfleetStoreErrors ${fleet.stack.store.config.id}`,
      ]);
    }, 400_000);

    it('say that NATS is away, and that Postgres is and no gateway ready, and work goes on afterwards', async () => {
      const sinceMs = Date.now();
      const { nats, postgres } = fleet.stack;
      await nats.stop();
      const waiting = await fleet.submit(copy);
      await untilFiring('ClipfleetNatsAway');
      await nats.restart();
      expect(await fleet.end(waiting)).toBe('completed');
      await untilSilent();
      expect((await firedSince(sinceMs)).filter(isNoSlowStart)).toEqual(['ClipfleetNatsAway']);

      await postgres.stop();
      await Promise.all([untilFiring('ClipfleetLedgerAway'), untilFiring('ClipfleetGatewayDown')]);
      await postgres.restart();
      await untilSilent();
      expect((await firedSince(sinceMs)).filter(isNoSlowStart)).toEqual(['ClipfleetLedgerAway', 'ClipfleetNatsAway']);
      expect(await fleet.make(copy)).toBe('completed');
    }, 400_000);

    it('say that messages were taken out, of one nobody can read and of a job that ends its processes', async () => {
      const sinceMs = Date.now();
      const crashes = path.join(stateDirectory, 'crashes');
      await mkdir(crashes);
      let poison: ExportResource | undefined;
      await dieOfTasks(fleet.stack.app('segment-worker'), crashes, async () => {
        poison = await fleet.submit(copy);
      });
      await publishNonsense(bus);
      expect(await fleet.end(poison!)).toBe('failed');
      await untilFiring('ClipfleetDeadLetters', 2);
      await untilSilent();
      expect((await firedSince(sinceMs)).filter(isNoSlowStart)).toEqual([
        'ClipfleetDeadLetters segment invalid',
        'ClipfleetDeadLetters segment max-deliveries',
      ]);
    }, 400_000);
  },
);

/** A process that ends, or is not heard for 5 s, is a pool without workers: true, and not what is looked at. */
const isNoSlowStart = (alert: string): boolean => !alert.startsWith('ClipfleetNoWorkers');

const pause = (): Promise<false> => new Promise((resolve) => setTimeout(resolve, 300, false));
