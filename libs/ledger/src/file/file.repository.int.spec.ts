import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLedger, runOf, type TestLedger } from '../ledger.fixture.js';
import { FileCategoryRepository } from './file-category.repository.js';
import { ALL_FILES, type FileCondition } from '@clipfleet/contracts';
import { type FileRemoval, FileRepository, type NewFile } from './file.repository.js';

const nothingDone = { removed: [], failed: [], isFull: false };
const fails = (): Promise<never> => Promise.reject(new Error('the store is down'));
const placeOf = (cdnPath: string) => ({ storeId: 'main', bucket: 'files', key: `t/${cdnPath}` });
let counter = 0;

describe('FileRepository', () => {
  let ledger: TestLedger;
  let files: FileRepository;
  let categories: FileCategoryRepository;
  let otherTenantId: string;
  beforeAll(async () => {
    ledger = await openTestLedger();
    files = new FileRepository(ledger.database);
    categories = new FileCategoryRepository(ledger.database);
    otherTenantId = await ledger.tenants.seed({ slug: 'other', grants: [] });
  });
  afterAll(() => ledger.close());

  const create = async (change: Partial<NewFile> = {}) => {
    counter += 1;
    const cdnPath = change.cdnPath ?? `${counter}.png`;
    const given = {
      tenantId: ledger.tenantId,
      name: 'a.png',
      cdnPath,
      at: placeOf(cdnPath),
      status: 'success',
    } as const;
    return (await files.create({ ...given, ...change }))!;
  };
  const dueRemovals = async (): Promise<FileRemoval[]> => {
    const due: FileRemoval[] = [];
    await files.removeDue({ limit: 100 }, async (removal) => {
      due.push(removal);
      return 'removed';
    });
    return due;
  };
  const idsOf = async (condition: FileCondition, newestFirst = false): Promise<string[]> => {
    const page = await files.list(ledger.tenantId, { condition, newestFirst, limit: 1000, offset: 0 });
    return page.files.map(({ id }) => id);
  };

  it('is found by its id and its address', async () => {
    const file = await create({ name: 'box.PNG', mediaType: 'image', mimeType: 'image/png', sizeBytes: 3652 });
    expect(file).toMatchObject({ name: 'box.PNG', mediaType: 'image', mimeType: 'image/png', sizeBytes: 3652 });
    expect(await files.get(ledger.tenantId, file.id)).toEqual(file);
    expect(await files.findByAddress('acme', file.cdnPath)).toEqual(file);
    expect(await files.findByAddress('other', file.cdnPath)).toBeUndefined();
    expect(await files.get(otherTenantId, file.id)).toBeUndefined();
  });

  it('replaces the file at an address that is asked for by name, and none of another tenant', async () => {
    const first = await create({ cdnPath: 'fixed.png' });
    const foreign = await create({ tenantId: otherTenantId, cdnPath: 'fixed.png' });
    const second = await create({ cdnPath: 'fixed.png', status: 'pending' });
    expect(await files.get(ledger.tenantId, first.id)).toBeUndefined();
    expect(await files.findByAddress('acme', 'fixed.png')).toMatchObject({ id: second.id, status: 'pending' });
    expect(await files.get(otherTenantId, foreign.id)).toEqual(foreign);
  });

  it('knows the category, also when it is renamed or deleted, and takes only one of the tenant', async () => {
    const category = await categories.create(ledger.tenantId, '图片');
    const file = await create({ categoryId: category.id });
    expect(file.category).toEqual({ id: category.id, name: '图片' });
    await categories.rename(ledger.tenantId, category.id, 'Pictures');
    expect((await files.get(ledger.tenantId, file.id))?.category?.name).toBe('Pictures');
    const foreign = await categories.create(otherTenantId, 'x');
    expect(await create({ categoryId: foreign.id })).toBeUndefined();
    expect(await categories.delete(ledger.tenantId, category.id)).toBe(true);
    expect((await files.get(ledger.tenantId, file.id))?.category).toBeNull();
    expect(await categories.delete(ledger.tenantId, category.id)).toBe(false);
  });

  it('ends a pending file once', async () => {
    const content = { mediaType: 'video', mimeType: 'video/mp4', sizeBytes: 7 } as const;
    const file = await create({ status: 'pending' });
    expect(await files.succeed(ledger.tenantId, file.id, content)).toMatchObject({ ...content, status: 'success' });
    expect(await files.fail(ledger.tenantId, file.id, 'late')).toBeUndefined();
    const other = await create({ status: 'pending' });
    expect(await files.fail(otherTenantId, other.id, 'not yours')).toBeUndefined();
    expect(await files.fail(ledger.tenantId, other.id, 'no video')).toMatchObject({ errorMessage: 'no video' });
  });

  it('finds by every kind of condition', async () => {
    const mark = `m${Date.now()}`;
    const a = await create({ name: `${mark} 100%.png`, mediaType: 'image', mimeType: 'image/png', sizeBytes: 1 });
    const b = await create({ name: `${mark} b.mp4`, mediaType: 'video', sizeBytes: 2 ** 40 });
    const mine: FileCondition = { kind: 'contains', field: 'name', text: mark };
    const find = (...of: FileCondition[]) => idsOf({ kind: 'all', of: [mine, ...of] });
    expect(await find()).toEqual([a.id, b.id]);
    expect(await find({ kind: 'contains', field: 'name', text: '0%' })).toEqual([a.id]);
    expect(await find({ kind: 'compare', field: 'mimeType', operator: '=', value: null })).toEqual([b.id]);
    expect(await find({ kind: 'compare', field: 'mimeType', operator: '<>', value: 'image/png' })).toEqual([b.id]);
    expect(await find({ kind: 'compare', field: 'sizeBytes', operator: '>', value: 1 })).toEqual([b.id]);
    expect(await find({ kind: 'among', field: 'id', isIn: true, values: [a.id, 'x'] })).toEqual([a.id]);
    expect(await find({ kind: 'among', field: 'mimeType', isIn: false, values: ['image/png'] })).toEqual([b.id]);
    expect(await find({ kind: 'matches', field: 'name', pattern: '\\.mp[34]$' })).toEqual([b.id]);
    expect(await find({ kind: 'compare', field: 'createdAtMs', operator: '>=', value: b.createdAtMs })).toEqual([b.id]);
    expect(await find({ kind: 'any', of: [] })).toEqual([]);
    expect(await files.count(ledger.tenantId, mine)).toBe(2);
    expect(await files.count(otherTenantId, mine)).toBe(0);
  });

  it('refuses an expression that is none', async () => {
    const condition: FileCondition = { kind: 'matches', field: 'name', pattern: '(' };
    await expect(idsOf(condition)).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  it('turns pages in both directions without losing or repeating a file that stays', async () => {
    const mark = `pages${Date.now()}`;
    const made: string[] = [];
    for (let index = 0; index < 25; index += 1) made.push((await create({ name: `${mark}.${index}` })).id);
    const condition: FileCondition = { kind: 'contains', field: 'name', text: mark };
    for (const newestFirst of [false, true]) {
      const seen: string[] = [];
      for (let offset = 0, more = true; more; offset += 10) {
        const page = await files.list(ledger.tenantId, { condition, newestFirst, limit: 10, offset });
        seen.push(...page.files.map(({ id }) => id));
        more = page.hasMore;
      }
      expect(seen).toEqual(newestFirst ? made.toReversed() : made);
    }
    const outOfTheBlue = await files.list(ledger.tenantId, { condition, newestFirst: false, limit: 5, offset: 13 });
    expect(outOfTheBlue.files.map(({ id }) => id)).toEqual(made.slice(13, 18));
  });

  it('deletes the files of the tenant alone, and orders their objects to be removed once', async () => {
    const mine = await create();
    const foreign = await create({ tenantId: otherTenantId });
    expect(await files.delete(ledger.tenantId, [mine.id, foreign.id, 'x'])).toEqual([mine.id]);
    expect(await files.delete(ledger.tenantId, [mine.id])).toEqual([]);
    expect(await files.get(otherTenantId, foreign.id)).toBeDefined();
    const due = { limit: 1 };
    expect(await files.removeDue({ ...due, withoutStores: [mine.at.storeId] }, fails)).toEqual(nothingDone);
    expect(await files.removeDue(due, async () => 'untried')).toEqual({ ...nothingDone, isFull: true });
    expect((await files.removeDue(due, fails)).failed).toMatchObject([{ one: { fileId: mine.id } }]);
    // due again, but later
    expect(await dueRemovals()).toEqual([]);
    await ledger.database.dataSource.query('UPDATE file_removal SET due_at = now()');
    expect(await dueRemovals()).toEqual([{ fileId: mine.id, at: mine.at }]);
    await ledger.database.dataSource.query('UPDATE file_removal SET due_at = now()');
    expect(await dueRemovals()).toEqual([]);
  });

  it('removes no object where a new file was created, and lets that wait while one is removed', async () => {
    const first = await create({ cdnPath: 'again.png' });
    await files.delete(ledger.tenantId, [first.id]);
    await create({ cdnPath: 'again.png' });
    expect(await dueRemovals()).toEqual([]);
    const second = (await files.findByAddress('acme', 'again.png'))!;
    await files.delete(ledger.tenantId, [second.id]);
    const order: string[] = [];
    let creating: Promise<unknown> | undefined;
    await files.removeDue({ limit: 1 }, async () => {
      creating = create({ cdnPath: 'again.png' }).then(() => order.push('created'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push('removed');
      return 'removed';
    });
    await creating;
    expect(order).toEqual(['removed', 'created']);
  });

  it('keeps the object of a deleted file as long as an unfinished export reads it', async () => {
    const record = await ledger.create();
    const file = await create();
    await ledger.database.dataSource.query('INSERT INTO file_use VALUES ($1, $2)', [record.id, file.id]);
    await files.delete(ledger.tenantId, [file.id]);
    expect(await dueRemovals()).toEqual([]);
    await ledger.exports.cancel(ledger.tenantId, runOf(record).exportId, 0);
    expect(await dueRemovals()).toMatchObject([{ fileId: file.id }]);
  });

  it('deletes files whose content stopped coming', async () => {
    const stopped = await create({ status: 'running' });
    const coming = await create({ status: 'running' });
    await ledger.database.dataSource.query(`UPDATE file SET updated_at = now() - interval '2 hours' WHERE id = $1`, [
      stopped.id,
    ]);
    expect(await files.deleteUnreceived(3_600_000, 10)).toBe(1);
    expect(await files.get(ledger.tenantId, stopped.id)).toBeUndefined();
    expect(await files.get(ledger.tenantId, coming.id)).toBeDefined();
    expect(await dueRemovals()).toMatchObject([{ fileId: stopped.id }]);
  });

  it('lists everything when nothing narrows it', async () => {
    expect((await idsOf(ALL_FILES)).length).toBe(await files.count(ledger.tenantId, ALL_FILES));
  });
});
