import { describe, expect, it } from '@jest/globals';
import { bytesOf, FIVE_MIB, freshKey, type Given, outcome, SMALL, uploadWith } from './given.js';

const RACERS = 20;
const racerBody = (racer: number): Uint8Array => new Uint8Array(50_000).fill(racer + 1);
const countOf = (outcomes: readonly string[], wanted: string): number => outcomes.filter((o) => o === wanted).length;

export const conditionalCreateConformance = (given: Given): void =>
  describe('conditional create', () => {
    it('puts an object where there is none, and not where there is one', async () => {
      const at = freshKey(given, 'conditional');
      await given.store().put(at, SMALL, { ifAbsent: true });
      expect(await outcome(given.store().put(at, FIVE_MIB, { ifAbsent: true }))).toBe('precondition-failed');
      expect((await bytesOf(given, at)).equals(SMALL)).toBe(true);
    });

    it('puts an object again where one was deleted', async () => {
      const at = freshKey(given, 'conditional');
      await given.store().put(at, SMALL);
      await given.store().delete(at);
      expect(await outcome(given.store().put(at, SMALL, { ifAbsent: true }))).toBe('done');
    });

    it('completes an upload where there is no object, and not where there is one', async () => {
      const at = freshKey(given, 'conditional');
      const [first, second] = [await uploadWith(given, at, [SMALL]), await uploadWith(given, at, [SMALL.subarray(1)])];
      await given.store().completeUpload(at, first.uploadId, first.parts, { ifAbsent: true });
      const again = given.store().completeUpload(at, second.uploadId, second.parts, { ifAbsent: true });
      expect(await outcome(again)).toBe('precondition-failed');
      await given.store().abortUpload(at, second.uploadId);
      expect((await bytesOf(given, at)).equals(SMALL)).toBe(true);
    });

    it(`lets exactly one of ${RACERS} puts at once win, and keeps its bytes`, async () => {
      const at = freshKey(given, 'conditional');
      const racers = Array.from({ length: RACERS }, (_, racer) => racer);
      const puts = racers.map((racer) => outcome(given.store().put(at, racerBody(racer), { ifAbsent: true })));
      const outcomes = await Promise.all(puts);
      expect(countOf(outcomes, 'done')).toBe(1);
      expect(countOf(outcomes, 'precondition-failed')).toBe(RACERS - 1);
      expect((await bytesOf(given, at)).equals(racerBody(outcomes.indexOf('done')))).toBe(true);
    });

    it(`lets exactly one of ${RACERS} uploads completed at once win, and keeps its bytes`, async () => {
      const at = freshKey(given, 'conditional');
      const racers = Array.from({ length: RACERS }, (_, racer) => racer);
      const uploads = await Promise.all(racers.map((racer) => uploadWith(given, at, [racerBody(racer)])));
      const completions = uploads.map(({ uploadId, parts }) =>
        outcome(given.store().completeUpload(at, uploadId, parts, { ifAbsent: true })),
      );
      const outcomes = await Promise.all(completions);
      expect(countOf(outcomes, 'done')).toBe(1);
      expect(countOf(outcomes, 'precondition-failed')).toBe(RACERS - 1);
      expect((await bytesOf(given, at)).equals(racerBody(outcomes.indexOf('done')))).toBe(true);
      await Promise.all(uploads.map(({ uploadId }) => given.store().abortUpload(at, uploadId)));
    });

    it(`lets ${RACERS} puts and deletes at once end with one whole object or none`, async () => {
      const at = freshKey(given, 'conditional/deep/er');
      const racers = Array.from({ length: RACERS }, (_, racer) => racer);
      await Promise.all(
        racers.map((racer) => (racer % 2 === 0 ? given.store().put(at, racerBody(racer)) : given.store().delete(at))),
      );
      const info = await given.store().head(at);
      if (info !== undefined) expect(new Set(await bytesOf(given, at)).size).toBe(1);
      await given.store().delete(at);
      expect(await given.store().head(at)).toBeUndefined();
    });
  });
