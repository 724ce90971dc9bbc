import { describe, expect, it } from '@jest/globals';
import { ClipfleetError, toClipfleetError } from '../../errors.js';
import { readTokenRequest, tokenApiRefusal, tokenRefusal } from './token-request.js';

const given = { client_id: 'c', client_secret: 's', grant_type: 'client_credentials' };
const refusalOf = (fields: Record<string, unknown>) => {
  try {
    return readTokenRequest(fields);
  } catch (error) {
    return tokenApiRefusal(toClipfleetError(error)).error;
  }
};

describe('readTokenRequest', () => {
  it.each([
    [given, { clientId: 'c', clientSecret: 's' }],
    [
      { ...given, scope: '' },
      { clientId: 'c', clientSecret: 's' },
    ],
    [
      { ...given, scope: 'files:read files:write' },
      { clientId: 'c', clientSecret: 's', scopes: ['files:read', 'files:write'] },
    ],
    [
      { ...given, grant_type: 'authorization_code', code: 'x' },
      { clientId: 'c', clientSecret: 's', code: 'x' },
    ],
  ])('reads %j', (fields, request) => {
    expect(readTokenRequest(fields)).toEqual(request);
  });

  it.each([
    [{}, 'unsupported_grant_type'],
    [{ ...given, grant_type: 'password' }, 'unsupported_grant_type'],
    [{ ...given, client_id: undefined }, 'invalid_request'],
    [{ ...given, client_secret: 5 }, 'invalid_request'],
    [{ ...given, client_secret: 'x'.repeat(1025) }, 'invalid_request'],
    [{ ...given, scope: 'write' }, 'invalid_scope'],
    [{ ...given, grant_type: 'authorization_code' }, 'invalid_grant'],
  ])('refuses %j as %s', (fields, error) => {
    expect(refusalOf(fields)).toBe(error);
  });
});

it('tells a wrong secret as invalid_client', () => {
  const refusal = tokenApiRefusal(new ClipfleetError('unauthenticated', 'wrong'));
  expect(tokenRefusal.strict().parse(refusal)).toEqual({
    ...{ error: 'invalid_client', error_description: 'wrong' },
    ...{ status: 'error', error_msg: 'wrong' },
  });
});
