import { describe, expect, it } from '@jest/globals';
import { hideSecrets } from './hide-secrets.js';

describe('what a log shows', () => {
  it('is the very object where it holds no secret', () => {
    const fields = { a: 1, b: { c: [{ d: null }] }, bytes: new Uint8Array(9) };
    expect(hideSecrets(fields)).toBe(fields);
  });

  it.each([
    [{ token: 'x' }, { token: '[hidden]' }],
    [{ store: { secretAccessKey: 'x', id: 1 } }, { store: { secretAccessKey: '[hidden]', id: 1 } }],
    [{ a: { headers: { authorization: 'x' } } }, { a: { headers: { authorization: '[hidden]' } } }],
    [{ stores: [{ id: 1 }, { password: 'x' }] }, { stores: [{ id: 1 }, { password: '[hidden]' }] }],
    [{ config: { signingSecret: 7 } }, { config: { signingSecret: '[hidden]' } }],
    [{ token: undefined }, { token: undefined }],
    [{ a: { b: { c: { token: 'deeper than anything that is logged' } } } }, undefined],
  ])('of %j is without its values', (fields, expected) => {
    const before = structuredClone(fields);
    expect(hideSecrets(fields)).toEqual(expected ?? fields);
    expect(fields).toEqual(before);
  });

  it('of an error is an error', () => {
    const error = Object.assign(new TypeError('no'), { details: { token: 'x', id: 1 } });
    const { err } = hideSecrets({ err: error });
    expect(err).toBeInstanceOf(TypeError);
    expect(err).toMatchObject({ message: 'no', stack: error.stack, details: { token: '[hidden]', id: 1 } });
  });
});
