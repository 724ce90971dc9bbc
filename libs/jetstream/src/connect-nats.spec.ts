import { describe, expect, it } from '@jest/globals';
import { parseNatsUrl } from './connect-nats.js';

describe('parseNatsUrl', () => {
  it.each([
    ['nats://a:4333', { servers: ['a:4333'] }],
    ['nats://a', { servers: ['a:4222'] }],
    ['nats://a:1, nats://b:2', { servers: ['a:1', 'b:2'] }],
    ['nats://[::1]:1', { servers: ['[::1]:1'] }],
    ['nats://user:p%40ss@a', { servers: ['a:4222'], user: 'user', pass: 'p@ss' }],
    ['nats://token@a', { servers: ['a:4222'], token: 'token' }],
    ['tls://u:p@a,tls://b', { servers: ['a:4222', 'b:4222'], user: 'u', pass: 'p', tls: {} }],
  ])('%s', (url, options) => {
    expect(parseNatsUrl(url)).toEqual(options);
  });
});
