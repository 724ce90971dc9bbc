import { expect, it } from '@jest/globals';
import { bearerToken } from './bearer-token.js';

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  a.b~c+d/e-f_== ', 'a.b~c+d/e-f_=='],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Bearer =', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %j as the token %j', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});
