import { describe, expect, it } from '@jest/globals';
import { bytesOf, type Given, keysUnder, outcome, SMALL } from './given.js';

export const keysConformance = (given: Given): void =>
  describe('keys', () => {
    const at = (key: string): { bucket: string; key: string } => ({ bucket: given.bucket, key });

    it.each([
      'keys/plain',
      'keys/a b+c',
      'keys/ünï/日本/😀',
      'keys/100%41',
      "keys/a'()*!~&=;:@,$?#",
      'keys/back\\slash "quoted" <&>',
      'keys/.hidden/..double/...',
      `keys/${'z'.repeat(255)}`,
      `keys/${'deep/'.repeat(200)}end`,
    ])('keeps %p as it is', async (key) => {
      await given.store().put(at(key), Buffer.from(key));
      expect((await bytesOf(given, at(key))).toString()).toBe(key);
      expect(await keysUnder(given, key)).toEqual([key]);
      await given.store().delete(at(key));
      expect(await keysUnder(given, key)).toEqual([]);
    });

    it.each([
      ['nothing', ''],
      ['a NUL', 'keys/a\0b'],
      ['a line feed', 'keys/a\nb'],
      ['a delete character', 'keys/a\u007fb'],
      ['half a surrogate pair', 'keys/\ud83d'],
      ['a step up', '../escape'],
      ['steps up inside', 'keys/../../escape'],
      ['a step up at the end', 'keys/..'],
      ['a dot', '.'],
      ['a dot inside', 'keys/./a'],
      ['1,025 bytes', 'k'.repeat(1025)],
      ['1,025 bytes in fewer characters', 'ü'.repeat(513)],
    ])('refuses a key of %s in every call', async (_name, key) => {
      const store = given.store();
      const calls = [
        store.head(at(key)),
        store.get(at(key)),
        store.getBytes(at(key), { limitBytes: 1 }),
        store.put(at(key), SMALL),
        store.delete(at(key)),
        store.deleteMany(given.bucket, ['keys/a', key]),
        store.createUpload(at(key)),
        store.uploadPart(at(key), 'x', 1, SMALL),
        store.uploadPartCopy(at('keys/a'), 'x', 1, at(key)),
        store.completeUpload(at(key), 'x', [{ partNumber: 1, etag: 'x' }]),
        store.abortUpload(at(key), 'x'),
        store.signedUrl(at(key), { expiresInMs: 1000 }),
      ];
      const copyCall = 8;
      const outcomes = await Promise.all(calls.map(outcome));
      // The copy may find first that its upload is not open.
      expect(outcomes.filter((_, call) => call !== copyCall)).toEqual(Array(calls.length - 1).fill('invalid-key'));
      expect(['invalid-key', 'no-such-upload']).toContain(outcomes[copyCall]);
    });

    it.each(['/keys/lead', 'keys//double', 'keys/trail/'])('keeps %p, or refuses it where it cannot', async (key) => {
      expect(await outcome(given.store().put(at(key), SMALL))).toBe(given.facts.keysAreFree ? 'done' : 'invalid-key');
      expect(await keysUnder(given, key)).toEqual(given.facts.keysAreFree ? [key] : []);
    });

    it('keeps an object beside one whose key goes on from it with "/", or refuses the later one', async () => {
      const free = given.facts.keysAreFree;
      await given.store().put(at('beside/a'), SMALL);
      expect(await outcome(given.store().put(at('beside/a/b'), SMALL))).toBe(free ? 'done' : 'invalid-key');
      await given.store().put(at('beside/c/d'), SMALL);
      expect(await outcome(given.store().put(at('beside/c'), SMALL))).toBe(free ? 'done' : 'invalid-key');
      const conditional = given.store().put(at('beside/c'), SMALL, { ifAbsent: true });
      expect(await outcome(conditional)).toBe(free ? 'precondition-failed' : 'invalid-key');
      const kept = free ? ['beside/a', 'beside/a/b', 'beside/c', 'beside/c/d'] : ['beside/a', 'beside/c/d'];
      expect(await keysUnder(given, 'beside/')).toEqual(kept);
    });

    it('lets a key be an object again once no key goes on from it', async () => {
      await given.store().put(at('again/a/b/c'), SMALL);
      await given.store().delete(at('again/a/b/c'));
      expect(await outcome(given.store().put(at('again/a'), SMALL))).toBe('done');
    });
  });
