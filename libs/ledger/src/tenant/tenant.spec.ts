import { describe, expect, it } from '@jest/globals';
import { mayRead, mayWrite, type Tenant } from './tenant.js';

const tenant: Tenant = {
  id: 'i',
  slug: 's',
  name: 'n',
  limits: {},
  scopes: [],
  tokenExpiresAtMs: null,
  grants: [
    { storeId: 'a', bucket: 'in', prefix: 'rec/', canRead: true, canWrite: false },
    { storeId: 'a', bucket: 'out', prefix: '', canRead: false, canWrite: true },
  ],
};

describe('grants', () => {
  it.each([
    ['a', 'in', 'rec/x', true, false],
    ['a', 'in', 'rec', false, false],
    ['a', 'in', 'record/x', false, false],
    ['a', 'out', 'anything', false, true],
    ['b', 'out', 'anything', false, false],
    ['a', 'other', 'rec/x', false, false],
  ])('%s %s/%s: read %s, write %s', (storeId, bucket, key, read, write) => {
    expect(mayRead(tenant, { storeId, bucket, key })).toBe(read);
    expect(mayWrite(tenant, { storeId, bucket, key })).toBe(write);
  });
});
