import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestLedger, type TestLedger } from '../ledger.fixture.js';
import { sha256 } from './tenant.repository.js';

const grant = { storeId: 'local', bucket: 'media', prefix: 'rec/', canRead: true, canWrite: false };

describe('TenantRepository', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await openTestLedger();
  });
  afterAll(() => ledger.close());

  it('knows a tenant by its token, with its grants', async () => {
    const id = await ledger.tenants.seed({ slug: 'demo', token: 't1', grants: [grant], scopes: ['exports'] });
    expect(await ledger.tenants.authenticate(sha256('t1'))).toEqual({
      id,
      slug: 'demo',
      name: 'demo',
      limits: {},
      scopes: ['exports'],
      grants: [grant],
    });
    expect(await ledger.tenants.authenticate(sha256('t2'))).toBeUndefined();
  });

  it('updates when seeded again, and keeps what is not named', async () => {
    const key = new Uint8Array(32).fill(7);
    const id = await ledger.tenants.seed({ slug: 'again', name: 'A', token: 't3', jweKey: key, grants: [grant] });
    const other = { ...grant, bucket: 'other', canWrite: true };
    expect(
      await ledger.tenants.seed({ slug: 'again', token: 't3', limits: { maxActiveExports: 5 }, grants: [other] }),
    ).toBe(id);
    expect(await ledger.tenants.authenticate(sha256('t3'))).toMatchObject({
      name: 'A',
      limits: { maxActiveExports: 5 },
      grants: [other],
    });
    expect(new Uint8Array((await ledger.tenants.jweKey(id))!)).toEqual(key);
  });

  it('does not know revoked and expired tokens', async () => {
    await ledger.tenants.seed({ slug: 'gone', token: 't4', grants: [] });
    await ledger.tenants.revokeToken(sha256('t4'));
    expect(await ledger.tenants.authenticate(sha256('t4'))).toBeUndefined();
    await ledger.tenants.seed({ slug: 'late', token: 't5', grants: [] });
    await ledger.database.dataSource.query(`UPDATE tenant_token SET expires_at = now() WHERE token_sha256 = $1`, [
      sha256('t5'),
    ]);
    expect(await ledger.tenants.authenticate(sha256('t5'))).toBeUndefined();
  });
});
