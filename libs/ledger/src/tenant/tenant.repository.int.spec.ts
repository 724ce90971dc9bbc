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
    const id = await ledger.tenants.seed({ slug: 'demo', token: 't1', grants: [grant], scopes: ['exports:read'] });
    expect(await ledger.tenants.authenticate(sha256('t1'))).toEqual({
      id,
      slug: 'demo',
      name: 'demo',
      limits: {},
      scopes: ['exports:read'],
      tokenExpiresAtMs: null,
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

  it('tells on what terms a tenant is served: a standard one, if it was not said, until it is another', async () => {
    const limits = { weight: 2 };
    const id = await ledger.tenants.seed({ slug: 'terms', limits, grants: [] });
    expect(await ledger.tenants.terms(id)).toEqual({ kind: 'standard', limits });
    await ledger.tenants.seed({ slug: 'terms', kind: 'broadcaster', grants: [] });
    await ledger.tenants.seed({ slug: 'terms', grants: [] });
    expect(await ledger.tenants.terms(id)).toEqual({ kind: 'broadcaster', limits });
    const notOne = ledger.tenants.seed({ slug: 'terms', kind: 'Acme Ltd.', grants: [] });
    await expect(notOne).rejects.toThrow(/tenant_kind/);
  });

  it('does not know revoked tokens, and tells until when one is good', async () => {
    await ledger.tenants.seed({ slug: 'gone', token: 't4', grants: [] });
    await ledger.tenants.revokeToken(sha256('t4'));
    expect(await ledger.tenants.authenticate(sha256('t4'))).toBeUndefined();
    const tokenExpiresAt = new Date('2030-01-02T03:04:05.678Z');
    await ledger.tenants.seed({ slug: 'late', token: 't5', tokenExpiresAt, grants: [] });
    expect(await ledger.tenants.authenticate(sha256('t5'))).toMatchObject({
      scopes: ['exports:read', 'exports:write', 'files:read', 'files:write'],
      tokenExpiresAtMs: tokenExpiresAt.getTime(),
    });
  });
});
