import { describe, expect, it } from '@jest/globals';
import { spread } from './cut-whole.js';

describe('where segments begin', () => {
  it.each<[string, (number | undefined)[], number[]]>([
    ['with a picture each', [0, 2, 4], [0, 2, 4]],
    ['evenly between those with pictures, where one has none', [0, undefined, 4, 6], [0, 2, 4, 6]],
    ['evenly, where several have none', [0, undefined, undefined, 6], [0, 2, 4, 6]],
  ])('is %s', (_, given, expected) => {
    expect(spread(given)).toEqual(expected);
  });
});
