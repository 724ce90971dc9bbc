import { describe, expect, it } from '@jest/globals';
import { isRetryable } from './sql-states.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('isRetryable', () => {
  it.each(['40001', '40P01', '57P01', '57P03', '08006', 'ECONNREFUSED', 'ECONNRESET'])('takes %s again', (code) => {
    expect(isRetryable(withCode(code))).toBe(true);
  });

  it.each(['23505', '42601', '22P02', '42P01', '23503'])('leaves %s to the caller', (code) => {
    expect(isRetryable(withCode(code))).toBe(false);
  });

  it.each([
    ['Connection terminated unexpectedly', true],
    ['Connection terminated due to connection timeout', true],
    ['relation "x" does not exist', false],
  ])('reads the message when there is no code: %s', (message, expected) => {
    expect(isRetryable(new Error(message))).toBe(expected);
  });

  it('does not take what is not an error', () => {
    expect(isRetryable('40001')).toBe(false);
  });
});
