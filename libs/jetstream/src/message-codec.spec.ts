import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { assertPublishable, CONTENT_ENCODING, decodeMessage, encodeMessage } from './message-codec.js';

describe('message codec', () => {
  it('gives back any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { data, headers } = await encodeMessage(value);
        expect(await decodeMessage(data, headers[CONTENT_ENCODING])).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    [64 * 1024 - 2, {}], // two quotes around it: 64 KiB
    [64 * 1024 - 1, { 'content-encoding': 'gzip' }],
  ])('a text of %i characters has the headers %j', async (characters, headers) => {
    const text = 'x'.repeat(characters);
    const encoded = await encodeMessage(text);
    expect(encoded.headers).toEqual(headers);
    expect(await decodeMessage(encoded.data, encoded.headers[CONTENT_ENCODING])).toBe(text);
  });

  it.each([
    ['no JSON', Buffer.from('{'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
    ['what says gzip and is not', Buffer.from('{}'), 'gzip'],
    ['gzip cut short', gzipSync('{"a":"bbbbbbbbbbbbbbbb"}').subarray(0, 20), 'gzip'],
    ['an encoding it does not know', Buffer.from('{}'), 'br'],
    // members of one stream (RFC 1952 §2.2)
    ['a bomb', Buffer.concat(Array<Buffer>(257).fill(gzipSync(Buffer.alloc(1024 * 1024)))), 'gzip'],
  ])('refuses %s', async (_name, data, encoding) => {
    await expect(decodeMessage(data, encoding)).rejects.toThrow();
  });

  it('measures a message against the server’s limit, with room for headers', () => {
    expect(() => assertPublishable('s', 1_048_576 - 4096, 1_048_576)).not.toThrow();
    expect(() => assertPublishable('s', 1_048_576 - 4095, 1_048_576)).toThrow(/a message for s is 1044481 bytes/);
  });
});
