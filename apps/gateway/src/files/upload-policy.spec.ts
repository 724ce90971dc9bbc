import { describe, expect, it } from '@jest/globals';
import { signPolicy, type UploadPolicy, verifyPolicy } from './upload-policy.js';

const policy: UploadPolicy = {
  ...{ fileId: 'f', tenantId: 't', slug: 'acme', name: '图片.png', cdnPath: 'x.png', categoryId: 'c' },
  expiresAtMs: 1000,
};
const secret = 'a secret';
const signed = signPolicy(policy, secret);

describe('an upload policy', () => {
  it('comes back as it was signed', () => {
    expect(verifyPolicy(signed, { secret, nowMs: 999 })).toEqual({ ok: true, policy });
  });

  it('expires', () => {
    expect(verifyPolicy(signed, { secret, nowMs: 1000 })).toEqual({ ok: false, reason: 'expired' });
  });

  it.each([
    ['another policy', { ...signed, policy: signPolicy({ ...policy, tenantId: 'u' }, secret).policy }],
    ['another signature', { ...signed, authorization: signPolicy(policy, 'another secret').authorization }],
    ['no signature', { ...signed, authorization: '' }],
    ['what is no policy', { policy: '{', authorization: '' }],
  ])('is refused with %s', (_what, altered) => {
    expect(verifyPolicy(altered, { secret, nowMs: 0 })).toEqual({ ok: false, reason: 'altered' });
  });
});
