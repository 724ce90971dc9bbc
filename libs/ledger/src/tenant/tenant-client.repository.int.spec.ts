import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import { TenantClientRepository } from './tenant-client.repository.js';
import { sha256 } from './tenant.repository.js';

const HOUR_MS = 3_600_000;
const scopes = ['files:read', 'files:write'] as const;

describe('TenantClientRepository', () => {
  let ledger: TestLedger;
  let clients: TenantClientRepository;
  beforeAll(async () => {
    ledger = await openTestLedger();
    clients = new TenantClientRepository(ledger.database);
  });
  afterAll(() => ledger.close());

  const create = async (id: string, expiresAt?: Date) => {
    await clients.create({ id, slug: 'acme', secret: 's', label: 'l', scopes: [...scopes], expiresAt });
    return (await clients.find(id))!;
  };
  const issue = (client: { id: string; tenantId: string }, token: string, afterMs: number) =>
    clients.issueToken(client, {
      sha256: sha256(token),
      scopes: ['files:read'],
      expiresAt: new Date(Date.now() + afterMs),
    });
  const isKnown = async (token: string) => (await ledger.tenants.authenticate(sha256(token))) !== undefined;

  it('keeps a hash of the secret, and gives tokens of the tenant', async () => {
    const client = await create('c1', new Date('2030-01-01T00:00:00Z'));
    expect({ ...client, secretSha256: Buffer.from(client.secretSha256) }).toEqual({
      ...{ id: 'c1', tenantId: ledger.tenantId, scopes, expiresAtMs: Date.UTC(2030, 0, 1) },
      secretSha256: Buffer.from(sha256('s')),
    });
    await issue(client, 'c1-token', HOUR_MS);
    expect(await ledger.tenants.authenticate(sha256('c1-token'))).toMatchObject({
      ...{ id: ledger.tenantId, slug: 'acme', scopes: ['files:read'] },
      tokenExpiresAtMs: expect.any(Number),
    });
  });

  it('drops what expired a day ago when it gives another token', async () => {
    const client = await create('c2');
    await issue(client, 'long-gone', -25 * HOUR_MS);
    await issue(client, 'just-gone', -HOUR_MS);
    await issue(client, 'good', HOUR_MS);
    expect([await isKnown('long-gone'), await isKnown('just-gone'), await isKnown('good')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('revokes a client with its tokens, and no other', async () => {
    const [gone, kept] = [await create('c3'), await create('c4')];
    await issue(gone, 'gone', HOUR_MS);
    await issue(kept, 'kept', HOUR_MS);
    expect([await clients.revoke('c3'), await clients.revoke('nobody')]).toEqual([true, false]);
    expect(await clients.find('c3')).toBeUndefined();
    expect([await isKnown('gone'), await isKnown('kept')]).toEqual([false, true]);
  });

  it.each([[[]], [['everything']]])('refuses the scopes %j in the database itself', async (wrong) => {
    const given = { id: 'c5', slug: 'acme', secret: 's', label: 'l', scopes: wrong as never };
    await expect(clients.create(given)).rejects.toThrow('tenant_client_scopes');
  });
});

describe('the migration to scopes', () => {
  it('leaves everything to tokens that were made before', async () => {
    const ledger = await openTestLedger();
    try {
      const { dataSource } = ledger.database;
      const hasClients = async (): Promise<boolean> =>
        (await dataSource.query<{ t: string | null }[]>(`SELECT to_regclass('tenant_client') AS t`))[0].t !== null;
      while (await hasClients()) await dataSource.undoLastMigration();
      await dataSource.query(`UPDATE tenant_token SET scopes = '{}'`);
      await dataSource.runMigrations();
      const { scopes: kept } = (await ledger.tenants.authenticate(sha256('secret')))!;
      expect(kept).toEqual(['exports:read', 'exports:write', 'files:read', 'files:write']);
    } finally {
      await ledger.close();
    }
  });
});
