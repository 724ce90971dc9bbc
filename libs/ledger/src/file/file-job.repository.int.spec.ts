import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newExport, openTestLedger, planOf, runOf, type TestLedger } from '../ledger.fixture.js';
import { fileId } from './file-id.js';
import { type FileJob, FileJobRepository } from './file-job.repository.js';
import { type FileRemoval, FileRepository } from './file.repository.js';

const place = (key: string) => ({ storeId: 'main', bucket: 'files', key: `acme/${key}` });
const content = { mimeType: 'video/mp4', mediaType: 'video' } as const;
const failure = { code: 'gap', message: 'there is a hole', details: {}, validForMs: 1000 } as const;

describe('FileJobRepository', () => {
  let ledger: TestLedger;
  let files: FileRepository;
  let jobs: FileJobRepository;
  beforeAll(async () => {
    ledger = await openTestLedger();
    files = new FileRepository(ledger.database);
    jobs = new FileJobRepository(ledger.database);
  });
  afterAll(() => ledger.close());

  const begin = (change: Partial<FileJob['file']> = {}, reads: Partial<FileJob['reads']> = {}) => {
    const id = fileId(Date.now());
    const file = { id, tenantId: ledger.tenantId, name: 'a.mp4', cdnPath: `${id}.mp4`, at: place(`${id}.mp4`) };
    const fingerprint = randomBytes(32).toString('hex');
    const ownPlaces = [{ storeId: 'main', bucket: 'files', prefix: 'acme/' }];
    return jobs.create({
      export: newExport(ledger.tenantId, { fingerprint, ownPlaces }),
      file: { ...file, status: 'pending', ...change },
      reads: { ids: [], cdnPaths: [], ...reads },
    });
  };
  const complete = async (job: Awaited<ReturnType<typeof begin>>) => {
    const run = runOf(job.export);
    await ledger.work.recordPlan(run, planOf(0), undefined);
    return ledger.work.markCompleted(run, { sizeBytes: 7 } as never, { validForMs: 1000, content, written: [] });
  };
  const stateOf = async (id: string) => (await ledger.exports.find(id))?.state;
  const dueRemovals = async (): Promise<string[]> => {
    const due: FileRemoval[] = [];
    await ledger.database.dataSource.query('UPDATE file_removal SET due_at = now()');
    await files.removeDue({ limit: 100 }, async (removal) => {
      due.push(removal);
      return 'removed';
    });
    return due.map(({ fileId: id }) => id);
  };

  it('makes a pending file that has its content when its export completes', async () => {
    const job = await begin();
    expect(job.file).toMatchObject({ status: 'pending', mimeType: null, sizeBytes: 0, exportId: job.export.id });
    await complete(job);
    expect(await files.get(ledger.tenantId, job.file.id)).toMatchObject({
      ...content,
      status: 'success',
      sizeBytes: 7,
    });
    await complete(job);
  });

  it.each([
    ['fails', (job: Awaited<ReturnType<typeof begin>>) => ledger.work.fail(runOf(job.export), failure)],
    [
      'fails at an attempt',
      (job: Awaited<ReturnType<typeof begin>>) =>
        ledger.work.failAttempt(runOf(job.export), {
          ...{ ...failure, work: { kind: 'plan' }, deliveryCount: 1, retryable: false, maxAttempts: 3 },
        }),
    ],
  ])('tells why there will be no file when its export %s', async (_how, end) => {
    const job = await begin();
    await end(job);
    expect(await files.get(ledger.tenantId, job.file.id)).toMatchObject({
      ...{ status: 'failed', errorMessage: 'there is a hole' },
    });
  });

  it('tells the file of a cancelled export', async () => {
    const job = await begin();
    await ledger.exports.cancel(ledger.tenantId, job.export.id, 0);
    expect(await files.get(ledger.tenantId, job.file.id)).toMatchObject({ status: 'failed' });
  });

  it('lets the planner read the places of the files, also at the next generation', async () => {
    const job = await begin();
    await ledger.work.restart(runOf(job.export), 3);
    const told = (await ledger.drain()).filter(
      ({ exportId, subject }) => exportId === job.export.id && /plan/.test(subject),
    );
    expect(told).toHaveLength(2);
    for (const { payloadJson } of told) {
      const { readable } = JSON.parse(payloadJson) as { readable: unknown };
      expect(readable).toEqual([
        { storeId: 'local', bucket: 'in', prefix: 'live/' },
        { storeId: 'main', bucket: 'files', prefix: 'acme/' },
      ]);
    }
  });

  it('records nothing for a category that is not there', async () => {
    const id = fileId(Date.now());
    await expect(begin({ id, categoryId: '5a1ba9c1fff1d651135e5ff1' })).rejects.toMatchObject({
      code: 'bad-parameter',
    });
    expect(await files.get(ledger.tenantId, id)).toBeUndefined();
    expect((await ledger.exports.list(ledger.tenantId, { limit: 1 }))[0].output).toBeDefined();
  });

  it('takes the place of a file, whose export ends and whose object goes', async () => {
    const first = await begin({ cdnPath: 'fixed.mp4' });
    const second = await begin({ cdnPath: 'fixed.mp4' });
    expect(await stateOf(first.export.id)).toBe('cancelled');
    expect(await stateOf(second.export.id)).toBe('queued');
    expect(await files.findByAddress('acme', 'fixed.mp4')).toEqual(second.file);
    expect(second.file.at).not.toEqual(first.file.at);
    expect(await dueRemovals()).toEqual([first.file.id]);
  });

  it('takes no place for a category that is not there', async () => {
    const first = await begin({ cdnPath: 'kept.mp4' });
    await expect(begin({ cdnPath: 'kept.mp4', categoryId: '5a1ba9c1fff1d651135e5ff1' })).rejects.toThrow('category_id');
    expect(await stateOf(first.export.id)).toBe('queued');
    expect(await dueRemovals()).toEqual([]);
  });

  it('ends the export of a file that is deleted, and removes what it made then', async () => {
    const job = await begin();
    expect(await files.delete(ledger.tenantId, [job.file.id])).toEqual([job.file.id]);
    expect(await stateOf(job.export.id)).toBe('cancelled');
    const told = (await ledger.drain()).filter(({ exportId }) => exportId === job.export.id);
    expect(told.map(({ messageId }) => messageId.split(':')[2])).toEqual(expect.arrayContaining(['ended', 'cleanup']));
    expect(await dueRemovals()).toEqual([job.file.id]);
  });

  it('keeps the objects of files that it reads until it has ended', async () => {
    const given = { tenantId: ledger.tenantId, name: 'x', status: 'success' } as const;
    const playlist = (await files.create({ ...given, cdnPath: 'rec/a.m3u8', at: place('rec/a.m3u8') }))!;
    const segment = (await files.create({ ...given, cdnPath: 'rec/0.ts', at: place('rec/0.ts') }))!;
    const job = await begin({}, { ids: [playlist.id], cdnPaths: ['rec/0.ts', 'rec/none.ts'] });
    await files.delete(ledger.tenantId, [playlist.id, segment.id]);
    expect(await dueRemovals()).toEqual([]);
    await complete(job);
    expect((await dueRemovals()).toSorted()).toEqual([playlist.id, segment.id].toSorted());
  });

  it('registers an object once, and leaves it when its file is deleted', async () => {
    const given = { tenantId: ledger.tenantId, name: 'r.m3u8', at: place('r.m3u8'), status: 'success' } as const;
    const both = await Promise.all(['one.m3u8', 'two.m3u8'].map((cdnPath) => files.register({ ...given, cdnPath })));
    expect(both[0]).toEqual(both[1]);
    expect(await files.register({ ...given, cdnPath: 'three.m3u8' })).toEqual(both[0]);
    await files.delete(ledger.tenantId, [both[0]!.id]);
    expect(await dueRemovals()).toEqual([]);
    expect((await files.register({ ...given, cdnPath: 'four.m3u8' }))?.id).not.toBe(both[0]!.id);
  });
});
