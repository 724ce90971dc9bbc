import { describe, expect, it } from '@jest/globals';
import { expectSameBytes, freshKey, type Given, SMALL } from './given.js';

export const signedUrlsConformance = (given: Given): void =>
  describe('signed addresses', () => {
    const sign = async (
      options: { expiresInMs?: number; downloadName?: string; key?: string } = {},
    ): Promise<string> => {
      const { expiresInMs = 60_000, downloadName, key } = options;
      const at = key === undefined ? freshKey(given, 'signed') : { bucket: given.bucket, key };
      await given.store().put(at, SMALL);
      return given.store().signedUrl(at, { expiresInMs, downloadName });
    };

    it.each([undefined, 'signed/a b+c/ünï 100%41 &?#.mp4'])(
      'gives the object to whoever holds one, key %p',
      async (key) => {
        const answer = await fetch(await sign({ key }));
        expect(answer.status).toBe(200);
        expectSameBytes(new Uint8Array(await answer.arrayBuffer()), SMALL);
      },
    );

    it.each(['clip.mp4', 'Überfahrt "1".mp4'])('saves it as %p', async (downloadName) => {
      const answer = await fetch(await sign({ downloadName }));
      await answer.arrayBuffer();
      const header = answer.headers.get('content-disposition') ?? '';
      expect(header).toMatch(/^attachment; filename="/);
      const extended = /filename\*=UTF-8''(.+)$/.exec(header)?.[1];
      expect(extended === undefined ? /"(.*)"/.exec(header)?.[1] : decodeURIComponent(extended)).toBe(downloadName);
    });

    it('gives a range of it', async () => {
      const answer = await fetch(await sign(), { headers: { range: 'bytes=10-19' } });
      expect(answer.status).toBe(206);
      expectSameBytes(new Uint8Array(await answer.arrayBuffer()), SMALL.subarray(10, 20));
    });

    it.each<[string, (url: string) => string]>([
      [
        'another signature',
        (url) => url.replace(/(signature=)(.)/i, (_, name, c) => `${name}${c === '0' ? '1' : '0'}`),
      ],
      ['another key', (url) => url.replace('.bin', '.bim')],
      ['a longer life', (url) => url.replace(/(expires=)(\d+)/i, (_, name, n) => `${name}${Number(n) + 1000}`)],
      ['another name', (url) => url.replace('told.mp4', 'other.mp4')],
    ])('refuses one changed to %s', async (_name, change) => {
      const url = await sign({ downloadName: 'told.mp4' });
      expect(change(url)).not.toBe(url);
      const answer = await fetch(change(url));
      await answer.arrayBuffer();
      expect(answer.status).toBe(403);
    });

    it('refuses one that has expired', async () => {
      const url = await sign({ expiresInMs: 1000 });
      const deadlineMs = Date.now() + 10_000;
      let status = 200;
      while (status !== 403 && Date.now() < deadlineMs) {
        const answer = await fetch(url);
        await answer.arrayBuffer();
        status = answer.status;
      }
      expect(status).toBe(403);
    });
  });
