import { expect, it } from '@jest/globals';
import { PLAYER_ORIGINS, readPlayerOrigins } from './player-origins.js';

it.each<[string, '*' | string[]]>([
  ['*', '*'],
  ['none', []],
  ['https://a.example', ['https://a.example']],
  ['https://a.example,http://b:8080', ['https://a.example', 'http://b:8080']],
])('%s is read', (text, origins) => {
  expect(text).toMatch(PLAYER_ORIGINS);
  expect(readPlayerOrigins(text)).toEqual(origins);
});

it.each(['a.example', 'https://a.example/', 'https://a.example, https://b', '*,https://a', ''])(
  '%j is refused',
  (text) => {
    expect(text).not.toMatch(PLAYER_ORIGINS);
  },
);
