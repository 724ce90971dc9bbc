import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerDatabase, sha256, TenantClientRepository, TenantRepository } from '@clipfleet/ledger';
import { createTestDatabase, runCommand, type TestDatabase } from '@clipfleet/testing';

const CLI = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

describe('clipfleet token', () => {
  let server: TestDatabase;
  let database: LedgerDatabase;
  beforeAll(async () => {
    server = await createTestDatabase();
    database = await LedgerDatabase.open({ url: server.url, poolSize: 2 });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const token = async (...args: string[]): Promise<string> => {
    const env = { CLIPFLEET_DATABASE_URL: server.url };
    const { exitCode, output } = await runCommand(process.execPath, [CLI, 'token', ...args], env);
    return exitCode === 0 ? output.trim() : `failed: ${output.trim()}`;
  };
  const create = (...args: string[]) => token('create', 'acme', '--grant', 'main/b:rw', ...args);

  it('makes tokens with scopes and an end, and revokes them', async () => {
    const made = await create('--scope', 'files:read', 'exports:read', '--expires', '2d');
    const tenants = new TenantRepository(database);
    const tenant = (await tenants.authenticate(sha256(made)))!;
    expect(tenant).toMatchObject({ slug: 'acme', scopes: ['files:read', 'exports:read'] });
    expect(tenant.tokenExpiresAtMs! - Date.now()).toBeGreaterThan(47 * 3_600_000);
    expect(await token('list')).toMatch(/^acme {2}cli {2}token {2}files:read,exports:read {2}\S+ {2}until \S+$/);
    await token('revoke', made);
    expect(await tenants.authenticate(sha256(made))).toBeUndefined();
    expect(await create('--scope', 'files:all')).toMatch(/^failed: clipfleet: files:all names no scopes/);
  });

  it('makes clients, and revokes them by their id', async () => {
    const [, id, secret] = /^client_id=(\w{20})\nclient_secret=(\w{40})$/.exec(await create('--client'))!;
    const clients = new TenantClientRepository(database);
    expect(Buffer.from((await clients.find(id))!.secretSha256)).toEqual(Buffer.from(sha256(secret)));
    expect(await token('list')).toContain(`client ${id}  exports:read,exports:write,files:read,files:write`);
    await token('revoke', id);
    expect(await clients.find(id)).toBeUndefined();
  });
});
