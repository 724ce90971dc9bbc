import { describe, expect, it } from '@jest/globals';
import { ClipfleetError } from '../../errors.js';
import { readFileListQuery, readIds, readPageQuery } from './file-list-query.js';

describe('readFileListQuery', () => {
  it('gives the newest twenty when nothing is asked for', () => {
    expect(readFileListQuery({})).toEqual({
      condition: { kind: 'all', of: [] },
      ...{ limit: 20, offset: 0, newestFirst: true, returnTotalCount: false },
    });
  });

  it('reads every filter, and ignores what it does not know', () => {
    const query = {
      category: 'c',
      media_type: 'image',
      status: 'success',
      id__in: 'a, b',
      name__contains: 'x',
      _: '1',
    };
    expect(readFileListQuery({ ...query, where: '{}', order_by: 'created_at', limit: '1000', offset: '7' })).toEqual({
      condition: {
        kind: 'all',
        of: [
          { kind: 'compare', field: 'categoryId', operator: '=', value: 'c' },
          { kind: 'compare', field: 'mediaType', operator: '=', value: 'image' },
          { kind: 'compare', field: 'status', operator: '=', value: 'success' },
          { kind: 'among', field: 'id', isIn: true, values: ['a', 'b'] },
          { kind: 'contains', field: 'name', text: 'x' },
          { kind: 'all', of: [] },
        ],
      },
      ...{ limit: 1000, offset: 7, newestFirst: false, returnTotalCount: false },
    });
  });

  it.each(['1', 'true'])('counts all when asked by %s', (return_total_count) => {
    expect(readFileListQuery({ return_total_count }).returnTotalCount).toBe(true);
  });

  it.each([
    [{ limit: '0' }, 'limit must be a whole number from 1 to 1000'],
    [{ limit: '1001' }, 'limit must be a whole number from 1 to 1000'],
    [{ limit: ['1', '2'] }, 'limit must be'],
    [{ offset: '-1' }, 'offset must be a whole number, 0 or more'],
    [{ offset: '1e3' }, 'offset must be'],
    [{ order_by: 'name' }, 'order_by must be created_at or -created_at'],
    [{ return_total_count: 'yes' }, 'return_total_count must be 0 or 1'],
    [{ name__contains: '' }, 'name__contains must be given once'],
    [{ category: ['a', 'b'] }, 'category must be given once'],
    [{ where: '[' }, 'where is not JSON'],
  ])('refuses %j', (query, message) => {
    expect(() => readFileListQuery(query)).toThrow(ClipfleetError);
    expect(() => readFileListQuery(query)).toThrow(message);
  });
});

describe('readPageQuery', () => {
  it('knows the page alone', () => {
    expect(readPageQuery({ limit: '5', where: '[', status: 'x' })).toEqual({
      ...{ limit: 5, offset: 0, newestFirst: true, returnTotalCount: false },
    });
  });
});

describe('readIds', () => {
  it.each([
    ['a,b', ['a', 'b']],
    [' a , ,b,', ['a', 'b']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['', []],
  ])('%j', (given, ids) => {
    expect(readIds(given)).toEqual(ids);
  });

  it.each([[undefined], [null], [5], [[1]], [{}], [Array(1001).fill('a')]])('refuses %j', (given) => {
    expect(() => readIds(given)).toThrow('id__in must be a list of up to 1000 ids');
  });
});
