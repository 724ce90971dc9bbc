import { describe, expect, it } from '@jest/globals';
import { looksLikeTransportStream } from './looks-like-transport-stream.js';

const packets = (count: number, offsetBytes = 0): Uint8Array => {
  const bytes = new Uint8Array(offsetBytes + count * 188);
  for (let packet = 0; packet < count; packet++) bytes[offsetBytes + packet * 188] = 0x47;
  return bytes;
};

describe('looksLikeTransportStream', () => {
  it.each([
    ['three packets', packets(3), true],
    ['packets behind the end of another', packets(3, 187), true],
    ['packets that begin a packet late', packets(3, 188), false],
    ['two packets', packets(2), false],
    ['the first byte of a third', packets(3).subarray(0, 377), true],
    ['nothing', new Uint8Array(0), false],
    ['an error page', new TextEncoder().encode('<html>404 Not Found</html>'.repeat(40)), false],
    ['the letter G, once in a while', new TextEncoder().encode('G...'.repeat(200)).fill(0, 4), false],
  ])('judges %s', (_what, head, expected) => {
    expect(looksLikeTransportStream(head)).toBe(expected);
  });
});
