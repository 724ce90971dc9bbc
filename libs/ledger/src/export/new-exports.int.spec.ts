import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newExport, openTestLedger, type TestLedger } from '../ledger.fixture.js';
import type { FoundExport, NewExport } from './export.repository.js';
import { NewExports } from './new-exports.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger?.close());
afterEach(async () => {
  await ledger.database.dataSource.query('DELETE FROM export');
});

/** As two gateways would, at the same time. */
const createAtTwo = (inputs: readonly NewExport[]): Promise<FoundExport[]> => {
  const gateways = [new NewExports(ledger.exports), new NewExports(ledger.exports)];
  return Promise.all(inputs.flatMap((input) => gateways.map((gateway) => gateway.createOrFind(input))));
};
const create = (inputs: readonly NewExport[]): Promise<FoundExport[]> => {
  const gateway = new NewExports(ledger.exports);
  return Promise.all(inputs.map((input) => gateway.createOrFind(input)));
};
const some = (count: number, change: Partial<NewExport> = {}): NewExport[] =>
  Array.from({ length: count }, () => newExport(ledger.tenantId, change));
const countRows = async (): Promise<number> =>
  Number((await ledger.database.dataSource.query<{ count: string }[]>('SELECT count(*) FROM export'))[0].count);

describe('new exports that come together', () => {
  it('are one row and one message each, whichever gateway they come to and in whatever order', async () => {
    const inputs = some(150);
    const [forth, back] = await Promise.all([createAtTwo(inputs), createAtTwo(inputs.toReversed())]);
    const found = [...forth, ...back];
    expect(found.filter(({ isNew }) => isNew)).toHaveLength(inputs.length);
    expect(new Set(found.map((one) => `${one.export.id} ${one.export.fingerprint}`)).size).toBe(inputs.length);
    expect(await countRows()).toBe(inputs.length);
    expect((await ledger.drain()).length).toBe(inputs.length);
  });

  it('are each answered with what they asked for', async () => {
    const inputs = some(20);
    const found = await create(inputs);
    expect(found.map((one) => one.export.fingerprint)).toEqual(inputs.map(({ fingerprint }) => fingerprint));
  });

  it.each([
    ['alone', 1],
    ['with others', 3],
  ])('are told as they are kept, %s: text that cannot be, and equal ones of different clients', async (_how, count) => {
    const [twin] = some(1);
    const inputs = [...some(count, { request: { name: 'a\u0000b\u001ec' } }), ...(count > 1 ? [twin] : [])];
    const found = await create([...inputs, ...(count > 1 ? [{ ...twin, request: { userId: 'another' } }] : [])]);
    for (const { export: told } of found) {
      const { readAtMs: _then, ...kept } = (await ledger.exports.status(told.id))!;
      expect(told).toMatchObject(kept);
    }
  });

  it('leave the same rows and messages as one alone', async () => {
    const change = {
      request: { name: 'a\u0000b' },
      traceParent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      priority: 2,
    };
    const [alone] = await create(some(1, change));
    const [[aloneMessage], [one]] = [await ledger.drain(), await create(some(2, change))];
    const message = (await ledger.drain()).find(({ exportId }) => exportId === one.export.id)!;
    const own = { id: '', fingerprint: '', acceptedAtMs: 0, updatedAtMs: 0 };
    expect({ ...(await ledger.exports.find(one.export.id)), ...own }).toEqual({
      ...(await ledger.exports.find(alone.export.id)),
      ...own,
    });
    const bare = (payload: string): unknown => ({ ...(JSON.parse(payload) as object), exportId: '', acceptedAtMs: 0 });
    expect(bare(message.payloadJson)).toEqual(bare(aloneMessage.payloadJson));
    expect([message.headers, message.subject]).toEqual([aloneMessage.headers, aloneMessage.subject]);
    expect(message.messageId).toBe(`${one.export.id}:1`);
  });

  it('find those that are there, and take the place of those that answer no more', async () => {
    const [unfinished, valid, expired] = (await create(some(3))).map((one) => one.export);
    await ledger.exports.cancel(ledger.tenantId, valid.id, 60_000);
    await ledger.exports.cancel(ledger.tenantId, expired.id, 0);
    const again = [unfinished, valid, expired].map(({ fingerprint }) => newExport(ledger.tenantId, { fingerprint }));
    const found = await create([...again, ...some(1)]);
    expect(found.map(({ isNew }) => isNew)).toEqual([false, false, true, true]);
    expect(found.slice(0, 2).map((one) => one.export)).toMatchObject([
      { id: unfinished.id, state: 'queued' },
      { id: valid.id, state: 'cancelled' },
    ]);
    expect(found[2].export.id).not.toBe(expired.id);
  });

  it('begin as long as there is room, and wait beyond it', async () => {
    const found = await create(some(5, { maxRunningExports: 3 }));
    expect(found.filter(({ isHeld }) => isHeld)).toHaveLength(2);
    expect((await create(some(2, { maxRunningExports: 100 }))).map(({ isHeld }) => isHeld)).toEqual([true, true]);
  });

  it('do not suffer from one that the ledger does not take', async () => {
    const [bad, ...good] = [...some(1, { fingerprint: 'a\u0000' }), ...some(3)];
    const gateway = new NewExports(ledger.exports);
    const results = await Promise.allSettled([bad, ...good].map((input) => gateway.createOrFind(input)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(await countRows()).toBe(3);
  });

  it('are decided alone where a key or a count decides', async () => {
    const keyed = some(2, { idempotencyKey: 'k', fingerprint: 'f' });
    expect(new Set((await create(keyed)).map((one) => one.export.id)).size).toBe(1);
    const counted = some(3, { maxActiveExports: 2 });
    const gateway = new NewExports(ledger.exports);
    await gateway.createOrFind(counted[0]);
    await expect(gateway.createOrFind(counted[1])).rejects.toMatchObject({ code: 'too-many-exports' });
  });
});
