import { describe, expect, it } from '@jest/globals';
import { listAnswer } from './file-answer.js';

describe('listAnswer', () => {
  it.each([
    ['/f/', { limit: 20, offset: 0, hasMore: false }, null, null],
    ['/f/', { limit: 20, offset: 0, hasMore: true }, '/f/?limit=20&offset=20', null],
    [
      '/f/?offset=40&a=%20b',
      { limit: 20, offset: 40, hasMore: true },
      '/f/?offset=60&a=+b&limit=20',
      '/f/?offset=20&a=+b&limit=20',
    ],
    ['/f/?offset=5', { limit: 20, offset: 5, hasMore: false }, null, '/f/?offset=0&limit=20'],
  ])('%s %j', (url, page, next, previous) => {
    expect(listAnswer([], page, url)).toEqual({
      meta: { limit: page.limit, offset: page.offset, next, previous },
      objects: [],
    });
  });

  it('tells the total only when it is known', () => {
    const answer = listAnswer(['a'], { limit: 1, offset: 0, hasMore: true, totalCount: 9 }, '/f/');
    expect(answer.meta.total_count).toBe(9);
  });
});
