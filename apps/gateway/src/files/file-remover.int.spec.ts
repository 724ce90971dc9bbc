import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@clipfleet/platform';
import { createTestDatabase } from '@clipfleet/testing';
import { fileApiClient, PNG } from '../http/file-api/file-api.fixture.js';
import { type HttpUnderTest, startHttp } from '../http/http.fixture.js';
import { StoreRound } from '../cleanup/store-round.js';
import { FileRemover } from './file-remover.js';

describe('the objects of deleted files', () => {
  let http: HttpUnderTest;
  let remover: FileRemover;
  beforeAll(async () => {
    http = await startHttp(await createTestDatabase());
    remover = new FileRemover(http.files, http.stores, createLogger({ app: 'gateway', level: 'silent' }));
  });
  afterAll(() => http.stop());

  const store = () => http.stores.get('disk');
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of store().list('files', '')) found.push(key);
    return found;
  };
  const later = () => http.database.dataSource.query('UPDATE file_removal SET due_at = now()');

  it('are removed once the store can be reached again', async () => {
    const client = fileApiClient(http);
    const id = await client.upload('a.png', PNG);
    const bucket = join(http.folder, 'files');
    await rename(bucket, `${bucket}-away`);
    expect((await client.call('DELETE', `/oserve/v2.2/file/${id}/`)).status).toBe(204);
    await remover.removeDue(new StoreRound(new AbortController().signal));
    await rename(`${bucket}-away`, bucket);
    expect(await keys()).toHaveLength(1);
    await later();
    await remover.removeDue(new StoreRound(new AbortController().signal));
    expect(await keys()).toEqual([]);
  });

  it('and the uploads of a gateway that died while it received one', async () => {
    const at = { storeId: 'disk', bucket: 'files', key: 'acme/dead.bin' };
    const [{ id: tenantId }] = await http.database.dataSource.query<{ id: string }[]>(
      `SELECT id FROM tenant WHERE slug = 'acme'`,
    );
    const file = await http.files.create({ tenantId, name: 'dead.bin', cdnPath: 'dead.bin', at, status: 'running' });
    await store().createUpload(at);
    await remover.removeDue(new StoreRound(new AbortController().signal));
    expect(await store().listUploads('files', '')).toHaveLength(1);
    await http.database.dataSource.query(`UPDATE file SET updated_at = now() - interval '25 hours' WHERE id = $1`, [
      file!.id,
    ]);
    await remover.removeDue(new StoreRound(new AbortController().signal));
    expect(await store().listUploads('files', '')).toEqual([]);
    expect(await http.files.get(tenantId, file!.id)).toBeUndefined();
  });
});
