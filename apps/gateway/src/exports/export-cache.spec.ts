import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ExportStatus } from '@clipfleet/ledger';
import { ExportCache, LONGEST_UNHEARD_MS } from './export-cache.js';

const RETENTION_MS = 100_000;
/** The ledger's clock is not ours. */
const LEDGER_MS = 1_700_000_000_000;

const record = (change: Partial<ExportStatus> = {}): ExportStatus =>
  ({
    id: 'e',
    tenantId: 't',
    fingerprint: 'f',
    state: 'running',
    endedAtMs: null,
    validUntilMs: null,
    readAtMs: LEDGER_MS,
    ...change,
  }) as ExportStatus;

describe('ExportCache', () => {
  let nowMs: number;
  let cache: ExportCache;
  beforeEach(() => {
    nowMs = 1_000;
    cache = new ExportCache({ retentionMs: RETENTION_MS, nowMs: () => nowMs });
    cache.trust();
  });

  it('knows what was put, by id and as the answer to a request', () => {
    cache.put(record(), cache.beginReading());
    expect(cache.getById('e')).toEqual(record());
    expect(cache.getForPoll('t', 'f')).toEqual(record());
    expect(cache.getForPoll('u', 'f')).toBeUndefined();
  });

  describe('tells for so long after the reading began', () => {
    const failed = { state: 'failed', endedAtMs: LEDGER_MS - 60_000 } as const;
    it.each([
      ['an unfinished export', {}, LONGEST_UNHEARD_MS, LONGEST_UNHEARD_MS],
      ['one that answers for another second', { ...failed, validUntilMs: LEDGER_MS + 1_000 }, 40_000, 1_000],
      ['one that has just stopped answering', { ...failed, validUntilMs: LEDGER_MS }, 40_000, 0],
      ['one that answers longer than it is kept', { ...failed, validUntilMs: LEDGER_MS + 90_000 }, 40_000, 40_000],
    ])('%s', (_what, change, byIdMs, forPollMs) => {
      const reading = cache.beginReading();
      nowMs += 7;
      cache.put(record(change), reading);
      const told = (atMs: number): boolean[] => {
        nowMs = 1_000 + atMs;
        return [cache.getById('e') !== undefined, cache.getForPoll('t', 'f') !== undefined];
      };
      const ends = [byIdMs - 1, byIdMs, forPollMs - 1, forPollMs].filter((ms) => ms >= 0);
      for (const atMs of ends)
        expect({ atMs, told: told(atMs) }).toEqual({ atMs, told: [atMs < byIdMs, atMs < forPollMs] });
    });
  });

  it('knows the clock of the ledger from what it read last, and never an earlier time', () => {
    expect(cache.ledgerNowMs()).toBe(-Infinity);
    const reading = cache.beginReading();
    nowMs += 7;
    cache.put(record(), reading);
    expect(cache.ledgerNowMs()).toBe(LEDGER_MS + 7);
    nowMs += 1_000;
    expect(cache.ledgerNowMs()).toBe(LEDGER_MS + 1_007);
  });

  it('drops what changed', () => {
    cache.put(record(), cache.beginReading());
    cache.drop('e', 'f');
    expect(cache.getById('e')).toBeUndefined();
    expect(cache.getForPoll('t', 'f')).toBeUndefined();
  });

  it('does not keep what was read before a change and arrives after it', () => {
    const early = cache.beginReading();
    cache.drop('e', 'f');
    cache.put(record(), early);
    expect(cache.getById('e')).toBeUndefined();
    cache.put(record(), cache.beginReading());
    expect(cache.getById('e')).toBeDefined();
  });

  it('does not keep what was read before so many changes that the one of it is forgotten', () => {
    const early = cache.beginReading();
    cache.drop('e', 'f');
    for (let index = 0; index < 20_000; index++) cache.drop(`other-${index}`, 'g');
    cache.put(record(), early);
    expect(cache.getById('e')).toBeUndefined();
  });

  describe('that cannot hear the others', () => {
    it('knows nothing', () => {
      cache.put(record(), cache.beginReading());
      cache.distrust();
      expect(cache.getById('e')).toBeUndefined();
      cache.put(record(), cache.beginReading());
      expect(cache.getById('e')).toBeUndefined();
    });

    it('keeps only what is read after it hears them again', () => {
      cache.distrust();
      const deaf = cache.beginReading();
      cache.trust();
      cache.put(record(), deaf);
      expect(cache.getById('e')).toBeUndefined();
      cache.put(record(), cache.beginReading());
      expect(cache.getById('e')).toBeDefined();
    });

    it('is how it begins', () => {
      const young = new ExportCache({ retentionMs: RETENTION_MS });
      young.put(record(), young.beginReading());
      expect(young.getById('e')).toBeUndefined();
    });
  });

  describe('equal questions', () => {
    const question = () => {
      const asked: ((answer: string) => void)[] = [];
      return { asked, ask: () => cache.share('f', () => new Promise<string>((resolve) => asked.push(resolve))) };
    };

    it('that come together are asked once, and the next one again', async () => {
      const { asked, ask } = question();
      const answers = [ask(), ask()];
      asked[0]('one');
      expect(await Promise.all(answers)).toEqual(['one', 'one']);
      void ask();
      expect(asked.length).toBe(2);
    });

    it('do not share an answer from before a change', async () => {
      const { asked, ask } = question();
      const before = ask();
      cache.drop('e', 'f');
      const [after, afterwards] = [ask(), ask()];
      asked[0]('old');
      asked[1]('new');
      expect(await Promise.all([before, after, afterwards])).toEqual(['old', 'new', 'new']);
      expect(asked.length).toBe(2);
    });
  });
});
