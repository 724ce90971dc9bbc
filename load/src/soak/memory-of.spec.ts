import { expect, it } from '@jest/globals';
import { memoriesMb, parseAnonymousMb } from './memory-of.js';

it('is the RssAnon of a process', () => {
  expect(parseAnonymousMb('VmRSS:\t  200000 kB\nRssAnon:\t  100000 kB\nRssFile:\t 100000 kB\n')).toBe(102.4);
  expect(parseAnonymousMb('Name:\tkthreadd\n')).toBe(0);
});

it('is read of this process, and is 0 of one that is gone', () => {
  const [own, ...children] = memoriesMb(process.pid, true);
  expect(own).toBeGreaterThan(10);
  for (const mb of children) expect(mb).toBeGreaterThanOrEqual(0);
  expect(memoriesMb(2 ** 22 + 1, false)).toEqual([0]);
});
