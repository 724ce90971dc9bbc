import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { type FileGrant, signFileUrl, verifyFileUrl } from './file-url.js';

const signingSecret = 'secret';
const grant: FileGrant = {
  storeId: 'local',
  bucket: 'b',
  key: 'a/ü b.mp4',
  expiresAtMs: 1000,
  downloadName: 'x y.mp4',
};
const url = signFileUrl(grant, { signingSecret, publicUrl: 'https://clips.example/base/' });

describe('the address of a file', () => {
  it('names store, bucket, key, expiry and signature below the public URL', () => {
    expect(url).toMatch(
      /^https:\/\/clips\.example\/base\/files\/local\/b\/a\/%C3%BC%20b\.mp4\?expires=1000&download=x\+y\.mp4&signature=[\w-]{43}$/,
    );
  });

  it.each([
    ['whole', url],
    ['as path and query', url.replace('https://clips.example/base', '')],
    ['with a fragment', `${url}#t=10`],
  ])('is read back %s', (_name, given) => {
    expect(verifyFileUrl(given, { signingSecret, nowMs: 999 })).toEqual({ ok: true, grant });
  });

  it('is refused from the instant it expires', () => {
    expect(verifyFileUrl(url, { signingSecret, nowMs: 1000 })).toEqual({ ok: false, reason: 'expired' });
  });

  it.each<[string, string]>([
    ['another key', url.replace('%20b', '%20c')],
    ['another bucket', url.replace('/b/', '/c/')],
    ['another store', url.replace('/local/', '/other/')],
    ['another expiry', url.replace('1000', '2000')],
    ['another name', url.replace('x+y', 'z')],
    ['no name', url.replace('download=x+y.mp4&', '')],
    ['a short signature', url.slice(0, -4)],
  ])('is refused with %s', (_name, changed) => {
    expect(verifyFileUrl(changed, { signingSecret, nowMs: 0 })).toEqual({ ok: false, reason: 'bad-signature' });
  });

  it('is refused where another secret signed it', () => {
    const verdict = verifyFileUrl(url, { signingSecret: 'other', nowMs: 0 });
    expect(verdict).toEqual({ ok: false, reason: 'bad-signature' });
  });

  it.each([
    '',
    '/',
    '/files/',
    '/files/a/b',
    '/files/a/b/c',
    '/files/a/b/c?expires=1',
    '/files/a/b/c?expires=x&signature=y',
    '/files/a/b/%ff?expires=1&signature=y',
  ])('is malformed as %p', (malformed) => {
    expect(verifyFileUrl(malformed, { signingSecret, nowMs: 0 })).toEqual({ ok: false, reason: 'malformed' });
  });

  it('carries any key', () => {
    assert(
      property(string({ unit: 'grapheme', minLength: 1 }), (key) => {
        const signed = signFileUrl({ ...grant, key }, { signingSecret, publicUrl: 'http://h' });
        expect(verifyFileUrl(signed, { signingSecret, nowMs: 0 })).toEqual({ ok: true, grant: { ...grant, key } });
      }),
    );
  });

  it('is not mistaken for another: a key cannot take the place of a bucket', () => {
    const moved = signFileUrl({ ...grant, bucket: 'b/a', key: 'ü b.mp4' }, { signingSecret, publicUrl: 'http://h' });
    expect(moved.slice(-43)).not.toBe(url.slice(-43));
  });
});
