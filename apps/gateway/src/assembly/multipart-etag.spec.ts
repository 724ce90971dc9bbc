import { describe, expect, it } from '@jest/globals';
import { multipartEtag } from './multipart-etag.js';

const a = '0cc175b9c0f1b6a831c399e269772661'; // md5 of "a"
const b = '92eb5ffee6ae2fec3ad71c777531578f'; // md5 of "b"

describe('multipartEtag', () => {
  it('is the md5 of the binary md5s and their number', () => {
    // printf <a><b> | xxd -r -p | md5sum
    expect(multipartEtag([a, b])).toBe('96e024ba2074fe77e8e965ba43a704be-2');
    expect(multipartEtag([a])).toMatch(/^[0-9a-f]{32}-1$/);
  });

  it('is another one in another order', () => {
    expect(multipartEtag([b, a])).not.toBe(multipartEtag([a, b]));
  });

  it.each([[[]], [['crc32-00000000-1']], [[a, 'A'.repeat(32)]]])('is not known for %j', (etags) => {
    expect(multipartEtag(etags)).toBeUndefined();
  });
});
