import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewExport } from '../export/export.repository.js';
import { asVideo, openTestLedger, outputTo, planOf, runOf, testEdit, type TestLedger } from '../ledger.fixture.js';
import { type OutputRemoval, OutputRemovalRepository } from './output-removal.repository.js';
import * as sql from './output-removal.statements.js';

const HOUR_MS = 3_600_000;

describe('OutputRemovalRepository', () => {
  let ledger: TestLedger;
  let removals: OutputRemovalRepository;
  beforeEach(async () => {
    ledger = await openTestLedger();
    removals = new OutputRemovalRepository(ledger.database);
  });
  afterEach(() => ledger.close());

  const plan = async (overrides: Partial<NewExport>) => {
    const record = await ledger.create(overrides);
    await ledger.work.recordPlan(runOf(record), planOf(0), undefined);
    return record;
  };
  const complete = async (overrides: Partial<NewExport>, written = [{ key: 'clips/a.ts', etag: 'e' }]) => {
    const result = { sizeBytes: 5 } as never;
    const completed = await ledger.work.markCompleted(runOf(await plan(overrides)), result, { ...asVideo, written });
    return completed!;
  };
  const pass = (ms: number) =>
    ledger.database.dataSource.query(`UPDATE output_removal SET due_at = due_at - $1 * interval '1 millisecond'`, [ms]);
  const dueKeys = async () => (await removals.due({ limit: 100 })).removals.map(({ at }) => at.key);
  const reading = (key: string) => ({
    edit: {
      clips: [
        { ...testEdit.clips[0], source: { format: 'hls', locations: [{ storeId: 'local', bucket: 'out', key }] } },
      ],
    } satisfies NewExport['edit'],
    output: outputTo('clips/other.ts'),
  });

  it('are due when the time is over for which the output stays, and an output without one never is', async () => {
    const expiring = await complete({ expiresInMs: HOUR_MS });
    const staying = await complete({ output: outputTo('clips/b.ts') }, [{ key: 'clips/b.ts', etag: 'b' }]);
    expect(expiring.expiresAtMs).toBe(expiring.endedAtMs! + HOUR_MS);
    expect(staying.expiresAtMs).toBeNull();
    expect(await dueKeys()).toEqual([]);
    await pass(HOUR_MS);
    expect((await removals.due({ limit: 100 })).removals).toMatchObject([
      { at: { storeId: 'local', bucket: 'out', key: 'clips/a.ts' }, etag: 'e' },
    ]);
  });

  it.each([
    ['shorter than it would answer', 500, 500],
    ['longer', HOUR_MS, 1000],
  ])('of an export whose output stays %s: it answers until then at most', async (_what, expiresInMs, answersMs) => {
    const { endedAtMs, validUntilMs } = await complete({ expiresInMs });
    expect(validUntilMs! - endedAtMs!).toBe(answersMs);
  });

  it('are of every object that was written, and outlive the export', async () => {
    const output = outputTo('clips/a.json');
    const written = ['json', 'm3u8'].map((extension) => ({ key: `clips/a.${extension}`, etag: extension }));
    const { id } = await complete({ output, expiresInMs: HOUR_MS }, written);
    await pass(HOUR_MS);
    await ledger.database.dataSource.query('DELETE FROM export WHERE id = $1', [id]);
    expect((await dueKeys()).sort()).toEqual(['clips/a.json', 'clips/a.m3u8']);
  });

  it.each([
    ['that stays, for good', {}, [HOUR_MS, []]],
    ['for as long as it stays', { expiresInMs: 2 * HOUR_MS }, [2 * HOUR_MS, ['clips/a.ts']]],
  ] as const)('are taken over by a later export to the same place %s', async (_what, overrides, [afterMs, keys]) => {
    await complete({ expiresInMs: HOUR_MS });
    await complete(overrides);
    await pass(HOUR_MS);
    expect(await dueKeys()).toEqual([]);
    await pass(afterMs - HOUR_MS);
    expect(await dueKeys()).toEqual(keys);
  });

  it.each([
    ['writes there', { output: outputTo('clips/a.ts') }],
    ['writes beside it', { output: outputTo('clips/a.m3u8') }],
    ['reads it', reading('clips/a.ts')],
  ])('wait for an export that has not ended and %s', async (_what, overrides) => {
    await complete({ expiresInMs: HOUR_MS });
    await pass(HOUR_MS);
    const { id } = await ledger.create(overrides);
    expect(await dueKeys()).toEqual([]);
    await ledger.exports.cancel(ledger.tenantId, id, 0);
    await pass(HOUR_MS);
    expect(await dueKeys()).toEqual(['clips/a.ts']);
  });

  it('wait, where they are of the segments of an exact playlist, for an export that writes the playlist', async () => {
    const output = outputTo('clips/a.m3u8');
    await complete({ output, expiresInMs: HOUR_MS }, [{ key: 'clips/a.edges.ts', etag: 'e' }]);
    await pass(HOUR_MS);
    expect((await removals.dueAt({ storeId: 'local', bucket: 'out', key: 'clips/a.m3u8' })).length).toBe(1);
    await ledger.create({ output });
    expect(await dueKeys()).toEqual([]);
  });

  it('do not wait for exports elsewhere', async () => {
    await complete({ expiresInMs: HOUR_MS });
    await pass(HOUR_MS);
    await ledger.create(reading('clips/b.ts'));
    expect(await dueKeys()).toEqual(['clips/a.ts']);
  });

  it('are void for whoever looked before another export was planned there', async () => {
    await complete({ expiresInMs: HOUR_MS });
    await pass(HOUR_MS);
    const [seen] = (await removals.due({ limit: 1 })).removals;
    await plan({});
    let calls = 0;
    await removals.settle(seen, async () => void (calls += 1));
    expect(calls).toBe(0);
  });

  it('that have begun are waited for by an export that is planned there', async () => {
    await complete({ expiresInMs: HOUR_MS });
    await pass(HOUR_MS);
    const record = await ledger.create({ output: outputTo('clips/a.mp4') });
    const { storeId, bucket } = record.destination;
    const order = await ledger.database.dataSource.query<{ dueAt: string }[]>(
      'SELECT due_at::text AS "dueAt" FROM output_removal',
    );
    const happened: string[] = [];
    let planning: Promise<unknown> = Promise.resolve();
    await removals.settle({ at: { storeId, bucket, key: 'clips/a.ts' }, etag: 'e', ...order[0] }, async () => {
      planning = ledger.work.recordPlan(runOf(record), planOf(0), undefined).then(() => happened.push('planned'));
      await untilWaiting();
      happened.push('removed');
    });
    await planning;
    expect(happened).toEqual(['removed', 'planned']);
  });

  /** One connection waits for a lock that another one has. */
  const untilWaiting = async (): Promise<void> => {
    for (let count = '0'; count === '0';) {
      [{ count }] = await ledger.database.dataSource.query<{ count: string }[]>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    }
  };

  it('happen once, and again only after what failed', async () => {
    await complete({ expiresInMs: HOUR_MS });
    await pass(HOUR_MS);
    const [seen] = (await removals.due({ limit: 1 })).removals;
    await expect(removals.settle(seen, () => Promise.reject(new Error('the store is away')))).rejects.toThrow('away');
    expect(await dueKeys()).toEqual([]);
    await pass(HOUR_MS);
    const [again] = (await removals.due({ limit: 1 })).removals;
    let calls = 0;
    await Promise.all([1, 2].map(() => removals.settle(again, async () => void (calls += 1))));
    expect(calls).toBe(1);
    await pass(HOUR_MS);
    expect(await dueKeys()).toEqual([]);
  });

  it('of many happen together, each once: what fails, and what is left, stays', async () => {
    const keys = ['a', 'b', 'c', 'd'].map((name) => `clips/${name}.ts`);
    for (const key of keys) await complete({ expiresInMs: HOUR_MS, output: outputTo(key) }, [{ key, etag: 'e' }]);
    await pass(HOUR_MS);
    expect((await removals.due({ limit: 100, withoutStores: ['local'] })).removals).toEqual([]);
    const { removals: seen } = await removals.due({ limit: 100 });
    const tried: string[] = [];
    const remove = async ({ at: { key } }: OutputRemoval) => {
      tried.push(key);
      if (key === 'clips/b.ts') throw new Error('the store refuses');
      return key === 'clips/c.ts' ? 'untried' : 'removed';
    };
    const [one, other] = await Promise.all([1, 2].map(() => removals.settleMany(seen, remove)));
    expect(tried.filter((key) => key !== 'clips/c.ts').sort()).toEqual([keys[0], keys[1], keys[3]]);
    expect([...one.failed, ...other.failed].map(({ one: { at } }) => at.key)).toEqual([keys[1]]);
    expect(await dueKeys()).toEqual([keys[2]]);
    await pass(HOUR_MS);
    expect((await dueKeys()).sort()).toEqual([keys[1], keys[2]]);
  });

  it('are found at one place and beside it', async () => {
    await complete({ expiresInMs: HOUR_MS });
    await complete({ expiresInMs: HOUR_MS, output: outputTo('clips/b.ts') }, [{ key: 'clips/b.ts', etag: 'b' }]);
    const at = { storeId: 'local', bucket: 'out', key: 'clips/a.m3u8' };
    expect(await removals.dueAt(at)).toEqual([]);
    await pass(HOUR_MS);
    expect((await removals.dueAt(at)).map((one) => one.at.key)).toEqual(['clips/a.ts']);
  });

  it.each([
    ['due', sql.due, /Index Scan using output_removal_due/],
    ['dueAt', sql.dueAt, /Scan (using|on) output_removal_pkey/],
    ['take', sql.take, /Scan (using|on) output_removal_pkey/],
    ['takeMany', sql.takeMany, /Scan (using|on) output_removal_pkey/],
  ])('%s reads by index, and of the exports only the unfinished', async (_name, { text }, index) => {
    const rows = await ledger.database.dataSource.query<Record<string, string>[]>(`EXPLAIN (GENERIC_PLAN) ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan on (export|output_removal)\b/);
    expect(plan).not.toMatch(/Scan using (?!export_unfinished)export_/);
  });
});
