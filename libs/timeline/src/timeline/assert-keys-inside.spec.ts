import { describe, expect, test } from '@jest/globals';
import { recording } from '../plan/recording.fixture.js';
import { assertKeysInside } from './assert-keys-inside.js';

const cipher = { keyObjectKey: 'keys/1', ivHex: '0'.repeat(32) };
const { timeline } = recording([{ key: 'a/1.ts', cipher }, { key: 'b/2.ts' }]);

describe('assertKeysInside', () => {
  test.each([
    [[''], undefined],
    [['a/', 'b/', 'keys/'], undefined],
    [['a/', 'keys/'], 'b/2.ts'],
    [['a/', 'b/'], 'keys/1'],
    [[], 'a/1.ts'],
  ])('with %j finds %j outside', (prefixes, key) => {
    const call = () => assertKeysInside(timeline, () => prefixes);
    if (key === undefined) expect(call).not.toThrow();
    else expect(call).toThrow(expect.objectContaining({ code: 'unsupported-source', details: { key } }));
  });
});
