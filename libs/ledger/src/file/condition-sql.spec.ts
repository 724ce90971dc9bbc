import { describe, expect, it } from '@jest/globals';
import { conditionSql } from './condition-sql.js';
import { ALL_FILES, type FileCondition } from '@clipfleet/contracts';

describe('conditionSql', () => {
  it.each<[FileCondition, string, unknown[]]>([
    [ALL_FILES, 'true', []],
    [{ kind: 'any', of: [] }, 'false', []],
    [{ kind: 'compare', field: 'name', operator: '=', value: "a'b" }, 'file.name = $2::text', ["a'b"]],
    [
      { kind: 'compare', field: 'status', operator: '<>', value: 'failed' },
      '(file.status <> $2::text OR file.status IS NULL)',
      ['failed'],
    ],
    [{ kind: 'compare', field: 'mimeType', operator: '=', value: null }, 'file.mime_type IS NULL', []],
    [{ kind: 'compare', field: 'mimeType', operator: '<>', value: null }, 'file.mime_type IS NOT NULL', []],
    [
      { kind: 'compare', field: 'createdAtMs', operator: '>=', value: 5 },
      'file.created_at >= to_timestamp($2::float8 / 1000)',
      [5],
    ],
    [{ kind: 'among', field: 'id', isIn: true, values: ['a'] }, 'file.id = ANY($2::text[])', [['a']]],
    [
      { kind: 'among', field: 'sizeBytes', isIn: false, values: [1, 2] },
      '(file.size_bytes = ANY($2::bigint[])) IS NOT TRUE',
      [[1, 2]],
    ],
    [{ kind: 'contains', field: 'name', text: '%' }, 'strpos(file.name, $2::text) > 0', ['%']],
    [{ kind: 'matches', field: 'name', pattern: '^a' }, 'file.name ~ $2::text', ['^a']],
  ])('%j', (condition, text, values) => {
    const all: unknown[] = ['first'];
    expect(conditionSql(condition, all)).toBe(text);
    expect(all).toEqual(['first', ...values]);
  });

  it('nests', () => {
    const a: FileCondition = { kind: 'compare', field: 'name', operator: '=', value: 'a' };
    const values: unknown[] = [];
    const condition: FileCondition = { kind: 'all', of: [a, { kind: 'any', of: [a, { kind: 'all', of: [] }] }] };
    expect(conditionSql(condition, values)).toBe('(file.name = $1::text AND (file.name = $2::text OR true))');
  });
});
