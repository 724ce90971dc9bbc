import { describe, expect, it } from '@jest/globals';
import { parseAckSubject } from './delivery.js';

describe('parseAckSubject', () => {
  const expected = { deliveryCount: 3, streamSequence: 41, publishedAtMs: 1_750_000_000_123 };
  it.each([
    ['of nats-server 2.9', '$JS.ACK.WORK.segment.3.41.50.1750000000123456789.7'],
    ['with domain and account', '$JS.ACK._.ACCHASH.WORK.segment.3.41.50.1750000000123456789.7'],
    ['with a token at the end', '$JS.ACK.hub.ACCHASH.WORK.segment.3.41.50.1750000000123456789.7.rAnD'],
  ])('reads the form %s', (_name, reply) => {
    expect(parseAckSubject(reply)).toEqual(expected);
  });
  it.each(['', '_INBOX.abc', '$JS.ACK.too.short', '$JS.API.STREAM.INFO.a.b.c.d.e'])('refuses %j', (reply) => {
    expect(() => parseAckSubject(reply)).toThrow(/not a delivery/);
  });
});
