import { describe, expect, it } from '@jest/globals';
import type { Tenant } from '@clipfleet/ledger';
import { admit } from './tenant-service.js';

const tenant = { slug: 'acme', scopes: ['files:read'], tokenExpiresAtMs: 1000 } as unknown as Tenant;
const needs = (scope: 'files:read' | 'files:write' | undefined) => ({ scope, what: 'the token', field: 'f' });

describe('admit', () => {
  it.each([
    ['files:read', 999],
    [undefined, 999],
  ] as const)('lets in who needs %s, at %d', (scope, nowMs) => {
    expect(admit(tenant, needs(scope), nowMs)).toBe(tenant);
  });

  it('lets in for ever with a token that does not end', () => {
    const lasting = { ...tenant, tokenExpiresAtMs: null };
    expect(admit(lasting, needs('files:read'), Number.MAX_SAFE_INTEGER)).toBe(lasting);
  });

  it.each([
    ['unauthenticated', undefined, 'files:read', 0],
    ['token-expired', tenant, 'files:read', 1000],
    ['token-expired', tenant, 'files:write', 1000],
    ['scope-missing', tenant, 'files:write', 999],
  ] as const)('refuses as %s', (code, who, scope, nowMs) => {
    expect(() => admit(who, needs(scope), nowMs)).toThrow(expect.objectContaining({ code }));
  });
});
