import { describe, expect, it } from '@jest/globals';
import type { FileCondition } from './file-condition.js';
import { readWhere } from './where.js';

const read = (where: unknown): FileCondition => readWhere(JSON.stringify(where));
const name: FileCondition = { kind: 'compare', field: 'name', operator: '=', value: 'a' };
const nested = (depth: number): unknown => (depth === 0 ? { name: 'a' } : { $and: [nested(depth - 1)] });

describe('readWhere', () => {
  it.each<[unknown, FileCondition]>([
    [{}, { kind: 'all', of: [] }],
    [{ name: 'a' }, name],
    [{ name: { $eq: 'a' } }, name],
    [{ $and: [{ name: { $eq: 'a' } }] }, { kind: 'all', of: [name] }],
    [{ $or: [{ name: 'a' }, { $and: [] }] }, { kind: 'any', of: [name, { kind: 'all', of: [] }] }],
    [
      { name: 'a', status: { $ne: 'failed' } },
      { kind: 'all', of: [name, { kind: 'compare', field: 'status', operator: '<>', value: 'failed' }] },
    ],
    [
      { size: { $gt: 1, $lte: 9 } },
      {
        kind: 'all',
        of: [
          { kind: 'compare', field: 'sizeBytes', operator: '>', value: 1 },
          { kind: 'compare', field: 'sizeBytes', operator: '<=', value: 9 },
        ],
      },
    ],
    [{ name: { $contains: '%' } }, { kind: 'contains', field: 'name', text: '%' }],
    [{ name: { $regex: '^a.*b$' } }, { kind: 'matches', field: 'name', pattern: '^a.*b$' }],
    [{ id: { $in: ['x', null] } }, { kind: 'among', field: 'id', isIn: true, values: ['x'] }],
    [{ size: { $nin: [1] } }, { kind: 'among', field: 'sizeBytes', isIn: false, values: [1] }],
    [{ mime_type: null }, { kind: 'compare', field: 'mimeType', operator: '=', value: null }],
    [{ category: 'c' }, { kind: 'compare', field: 'categoryId', operator: '=', value: 'c' }],
    [{ created_at: { $lte: 5 } }, { kind: 'compare', field: 'createdAtMs', operator: '<', value: 6000 }],
    [{ created_at: { $gt: 5 } }, { kind: 'compare', field: 'createdAtMs', operator: '>=', value: 6000 }],
    [
      { created_at: 5 },
      {
        kind: 'all',
        of: [
          { kind: 'compare', field: 'createdAtMs', operator: '>=', value: 5000 },
          { kind: 'compare', field: 'createdAtMs', operator: '<', value: 6000 },
        ],
      },
    ],
  ])('%j', (where, condition) => {
    expect(read(where)).toEqual(condition);
  });

  it.each<[unknown, string]>([
    [[], 'must consist of objects'],
    [null, 'must consist of objects'],
    [{ $and: {} }, 'must have a list in $and'],
    [{ $and: [1] }, 'must consist of objects'],
    [{ $not: [] }, 'has the field $not'],
    [{ password: 'x' }, 'has the field password'],
    [{ constructor: 'x' }, 'has the field constructor'],
    [{ name: { $where: '1' } }, 'has the operator $where'],
    [{ name: 5 }, 'compares a text'],
    [{ name: 'a\u0000' }, 'compares a text'],
    [{ size: 'x' }, 'compares a number'],
    [{ size: 1e300 }, 'compares a number'],
    [{ size: { $contains: '1' } }, 'has $contains for a number'],
    [{ size: { $lt: null } }, 'compares with null'],
    [{ id: { $in: 'a' } }, 'must have a list of up to 1000 values'],
    [{ id: { $in: Array(1001).fill('a') } }, 'must have a list of up to 1000 values'],
    [{ name: { $regex: '(a)\\1' } }, 'has an expression'],
    [{ name: { $regex: 'a{1000}' } }, 'has an expression'],
    [{ name: { $regex: 'a'.repeat(129) } }, 'has an expression'],
    [nested(7), 'is nested deeper than 6'],
    [{ $or: Array(65).fill({ name: 'a' }) }, 'has more than 64 conditions'],
  ])('refuses %j', (where, message) => {
    expect(() => read(where)).toThrow(`where ${message}`);
  });

  it('refuses what is not JSON', () => {
    expect(() => readWhere('{')).toThrow('where is not JSON');
  });
});
