import { describe, expect, test } from '@jest/globals';
import { parseDateTime } from './wall-clock.js';

const NOON = Date.UTC(2024, 1, 29, 12) * 90;

describe('parseDateTime', () => {
  test.each([
    ['2024-02-29T12:00:00Z', NOON, true],
    ['2024-02-29t12:00:00z', NOON, true],
    ['2024-02-29 12:00:00', NOON, false],
    ['2024-02-29T12:00:00.001Z', NOON + 90, true],
    ['2024-02-29T12:00:00,5Z', NOON + 45_000, true],
    ['2024-02-29T12:00:00.123456Z', NOON + 11_111, true],
    ['2024-02-29T14:00:00+02:00', NOON, true],
    ['2024-02-29T14:00:00.000+0200', NOON, true],
    ['2024-02-29T06:30:00-05:30', NOON, true],
    ['2024-02-29T14:00:00+02', NOON, true],
  ])('reads %s', (text, ticks, hasZone) => {
    expect(parseDateTime(text)).toEqual({ ticks, hasZone });
  });

  test.each(['', 'yesterday', '2024-02-30T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01', '2024-01-01T12:60:00Z'])(
    'does not take %j for a date',
    (text) => {
      expect(parseDateTime(text)).toBeUndefined();
    },
  );
});
