import { expect, it } from '@jest/globals';
import { parseScopes } from './token-scopes.js';

it.each([
  ['files:read', ['files:read']],
  [' files:read  exports:write ', ['files:read', 'exports:write']],
  ['files:read,files:write,files:read', ['files:read', 'files:write']],
  ['files:read admin', undefined],
  ['', undefined],
  [' , ', undefined],
])('reads %j as %j', (text, scopes) => {
  expect(parseScopes(text)).toEqual(scopes);
});
