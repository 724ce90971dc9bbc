import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { workSubject } from '@clipfleet/contracts';
import { newExport, openTestLedger, planOf, runOf, testGrants, type TestLedger } from '../ledger.fixture.js';
import type { ExportStatus } from '../export/export-record.js';
import type { TenantLimits } from '../tenant/tenant.js';

const { plan, segment } = workSubject;

describe('work that waits for its turn', () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openTestLedger();
  });
  afterEach(() => ledger.close());

  const tenant = (slug: string, limits: TenantLimits = {}): Promise<string> =>
    ledger.tenants.seed({ slug, token: slug, grants: testGrants, limits });
  /** Exports of a tenant that may not begin at once. */
  const queue = async (tenantId: string, count: number, priority = 0): Promise<ExportStatus[]> => {
    const records: ExportStatus[] = [];
    for (let one = 0; one < count; one++) {
      const { export: record, isHeld } = await ledger.exports.createOrFind(
        newExport(tenantId, { priority, maxRunningExports: 0 }),
      );
      expect(isHeld).toBe(true);
      records.push(record);
    }
    return records;
  };
  const begin = (count: number, maxRunningExports = 1_000, maxRunningExportsOfTenant = 1_000): Promise<number> =>
    ledger.dispatch.exclusively((held) => held.releasePlans(count, { maxRunningExports, maxRunningExportsOfTenant }));
  const releaseTasks = (count: number): Promise<number> =>
    ledger.dispatch.exclusively((held) => held.releaseTasks(segment, count));
  /** What the relay takes now, as the ids of the exports. */
  const published = async (): Promise<string[]> => {
    const ids: string[] = [];
    await ledger.outbox.publishBatch(1_000, async (messages) => {
      ids.push(...messages.map(({ exportId }) => exportId));
      return messages.map(({ id }, index) => ({ id, streamSequence: index + 1 }));
    });
    return ids;
  };
  const begun = async (count: number): Promise<string[]> => {
    await begin(count);
    return published();
  };
  const owners = async (ids: string[]): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const id of ids) {
      const { tenantId } = (await ledger.exports.find(id))!;
      counts[tenantId] = (counts[tenantId] ?? 0) + 1;
    }
    return counts;
  };

  it('begins at once where no more are under way than may be', async () => {
    const { isHeld } = await ledger.exports.createOrFind(newExport(ledger.tenantId, { maxRunningExports: 1 }));
    expect(isHeld).toBe(false);
    expect(await published()).toHaveLength(1);
    const next = await ledger.exports.createOrFind(newExport(ledger.tenantId, { maxRunningExports: 1 }));
    expect(next.isHeld).toBe(true);
    expect(await published()).toEqual([]);
  });

  it('waits also while what was accepted before it is not in the stream yet', async () => {
    const held: boolean[] = [];
    for (let one = 0; one < 4; one++) {
      held.push((await ledger.exports.createOrFind(newExport(ledger.tenantId, { maxRunningExports: 2 }))).isHeld);
    }
    expect(held).toEqual([false, false, true, true]);
  });

  it('never passes what waits already, whatever room there is', async () => {
    await queue(ledger.tenantId, 1);
    const { isHeld } = await ledger.exports.createOrFind(newExport(ledger.tenantId, { maxRunningExports: 100 }));
    expect(isHeld).toBe(true);
  });

  it('goes in the order of acceptance, the higher priority first', async () => {
    const [low] = await queue(ledger.tenantId, 1, -1);
    const [first, second] = await queue(ledger.tenantId, 2);
    const [high] = await queue(ledger.tenantId, 1, 1);
    const order: string[] = [];
    for (let one = 0; one < 4; one++) order.push(...(await begun(1)));
    expect(order).toEqual([high.id, first.id, second.id, low.id]);
    expect(await begin(1)).toBe(0);
  });

  it('of a tenant that asks for one goes next, however many another has waiting', async () => {
    const [importer, editor] = [await tenant('importer'), await tenant('editor')];
    await queue(importer, 40);
    expect(await owners(await begun(10))).toEqual({ [importer]: 10 });
    const [single] = await queue(editor, 1);
    expect(await begun(1)).toEqual([single.id]);
    expect(await owners(await begun(5))).toEqual({ [importer]: 5 });
  });

  it('is shared by the weights of the tenants', async () => {
    const [light, heavy] = [await tenant('light'), await tenant('heavy', { weight: 3 })];
    await queue(light, 12);
    await queue(heavy, 12);
    expect(await owners(await begun(12))).toEqual({ [light]: 3, [heavy]: 9 });
  });

  it('gives nothing back to a tenant that was quiet', async () => {
    const [busy, quiet] = [await tenant('busy'), await tenant('quiet')];
    await queue(quiet, 1);
    await queue(busy, 30);
    await begun(21);
    await queue(quiet, 20);
    expect(await owners(await begun(8))).toEqual({ [busy]: 4, [quiet]: 4 });
  });

  it('shares tasks by their bytes, not by their number', async () => {
    const [small, large] = [await tenant('small'), await tenant('large')];
    const withTasks = async (tenantId: string, workBytes: number): Promise<void> => {
      const record = await ledger.create({ tenantId });
      await ledger.open(record);
      const made = planOf(20);
      for (const task of made.tasks) task.workBytes = workBytes;
      await ledger.work.recordPlan(runOf(record), made, 'u');
      await published();
    };
    await withTasks(small, 1_000);
    await withTasks(large, 4_000);
    expect(await releaseTasks(15)).toBe(15);
    expect(await owners(await published())).toEqual({ [small]: 12, [large]: 3 });
  });

  it('begins no more exports than may be under way, but one of each tenant that has none', async () => {
    const [importer, editor, other] = [await tenant('importer'), await tenant('editor'), await tenant('other')];
    await queue(importer, 10);
    expect(await begin(10, 4)).toBe(4);
    expect(await begin(10, 4)).toBe(0); // released, and not under way in the ledger yet
    await published();
    expect(await begin(10, 4)).toBe(0);
    await queue(editor, 3);
    await queue(other, 3);
    expect(await begin(10, 4)).toBe(2);
    expect(await owners(await published())).toEqual({ [editor]: 1, [other]: 1 });
    expect(await begin(10, 4)).toBe(0);
  });

  it('begins no more of a tenant than its limit, while others go on', async () => {
    const [limited, other] = [await tenant('limited', { maxRunningExports: 2 }), await tenant('other')];
    await queue(limited, 5);
    await queue(other, 5);
    expect(await begin(10, 100, 4)).toBe(6);
    expect(await owners(await published())).toEqual({ [limited]: 2, [other]: 4 });
  });

  it('is planned one by one for a tenant whose tasks wait, and at once for another', async () => {
    const [importer, editor] = [await tenant('importer'), await tenant('editor')];
    const ahead = await ledger.create({ tenantId: importer });
    await ledger.open(ahead);
    await ledger.work.recordPlan(runOf(ahead), planOf(17), 'u');
    await published();
    await queue(importer, 10);
    expect(await owners(await begun(10))).toEqual({ [importer]: 1 });
    expect(await begin(10)).toBe(0);
    await queue(editor, 3);
    expect(await owners(await begun(10))).toEqual({ [editor]: 3 });
    // with fewer than 16 left, those that were held back are planned beside each other again
    expect(await releaseTasks(2)).toBe(2);
    expect(await published()).toHaveLength(2);
    expect(await owners(await begun(5))).toEqual({ [importer]: 5 });
  });

  it('counts no export that waits for a recording to grow as under way', async () => {
    const record = await ledger.create();
    await ledger.drain();
    const column = `jsonb_build_object('growth', jsonb_build_object('step', 1))`;
    await ledger.database.dataSource.query(`UPDATE export SET plan = ${column} WHERE id = $1`, [record.id]);
    await queue(ledger.tenantId, 2);
    expect(await begin(10, 1)).toBe(1);
  });

  it('of a run that has ended is dropped', async () => {
    const [cancelled] = await queue(ledger.tenantId, 1);
    await ledger.exports.cancel(ledger.tenantId, cancelled.id, 1_000);
    await ledger.dispatch.drop(runOf(cancelled));
    expect(await ledger.dispatch.waitingSubjects([plan, segment])).toEqual([]);
    expect(await ledger.dispatch.held([plan, segment])).toEqual([
      { subject: plan, count: 0, oldestAgeMs: 0 },
      { subject: segment, count: 0, oldestAgeMs: 0 },
    ]);
  });

  it('is as old as what has waited the longest', async () => {
    const [first] = await queue(ledger.tenantId, 2);
    const longAgo = `UPDATE outbox SET created_at = now() - interval '1 hour' WHERE export_id = $1`;
    await ledger.database.dataSource.query(longAgo, [first.id]);
    const [{ count, oldestAgeMs }] = await ledger.dispatch.held([plan]);
    expect(count).toBe(2);
    expect(oldestAgeMs).toBeGreaterThanOrEqual(3_600_000);
    expect(await begun(1)).toEqual([first.id]);
    expect((await ledger.dispatch.held([plan]))[0].oldestAgeMs).toBeLessThan(3_600_000);
  });

  it('waits as before when the gateway that releases it dies on the way', async () => {
    await queue(ledger.tenantId, 2);
    const dying = ledger.dispatch.exclusively(async (held) => {
      await held.releasePlans(2, { maxRunningExports: 9, maxRunningExportsOfTenant: 9 });
      await ledger.database.dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
    });
    await expect(dying).rejects.toThrow();
    expect(await published()).toEqual([]);
    expect(await begun(2)).toHaveLength(2);
  });

  it('is released once by two gateways at once', async () => {
    await queue(ledger.tenantId, 20);
    const counts = await Promise.all([begin(15), begin(15)]);
    expect(counts.toSorted((a, b) => a - b)).toEqual([5, 15]);
    expect(new Set(await published()).size).toBe(20);
  });
});
