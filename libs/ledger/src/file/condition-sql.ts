import { type FileCondition, type FileField, fileFields } from '@clipfleet/contracts';

const columns: Record<FileField, string> = {
  id: 'file.id',
  name: 'file.name',
  cdnPath: 'file.cdn_path',
  mediaType: 'file.media_type',
  mimeType: 'file.mime_type',
  status: 'file.status',
  categoryId: 'file.category_id',
  sizeBytes: 'file.size_bytes',
  createdAtMs: 'file.created_at',
  updatedAtMs: 'file.updated_at',
};

/** The condition as SQL. Values become parameters, numbered after those that `values` has already; it is extended. */
export const conditionSql = (condition: FileCondition, values: unknown[]): string => {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return join(condition.kind, condition.of, values);
    case 'compare': {
      const { field, operator, value } = condition;
      if (value === null) return `${columns[field]} IS ${operator === '=' ? '' : 'NOT '}NULL`;
      const compared = `${columns[field]} ${operator} ${parameter(field, value, values)}`;
      // to be another value than X includes to have none
      return operator === '<>' ? `(${compared} OR ${columns[field]} IS NULL)` : compared;
    }
    case 'among': {
      const { field, isIn, values: among } = condition;
      const list = parameter(field, among, values);
      return isIn ? `${columns[field]} = ANY(${list})` : `(${columns[field]} = ANY(${list})) IS NOT TRUE`;
    }
    case 'contains':
      // strpos takes the text as it is: no pattern to escape
      return `strpos(${columns[condition.field]}, ${parameter(condition.field, condition.text, values)}) > 0`;
    default:
      return `${columns[condition.field]} ~ ${parameter(condition.field, condition.pattern, values)}`;
  }
};

const join = (kind: 'all' | 'any', of: FileCondition[], values: unknown[]): string => {
  if (of.length === 0) return kind === 'all' ? 'true' : 'false';
  return `(${of.map((each) => conditionSql(each, values)).join(kind === 'all' ? ' AND ' : ' OR ')})`;
};

const parameter = (field: FileField, value: unknown, values: unknown[]): string => {
  values.push(value);
  const isList = Array.isArray(value);
  if (field === 'createdAtMs' || field === 'updatedAtMs') {
    if (!isList) return `to_timestamp($${values.length}::float8 / 1000)`;
    return `(SELECT array_agg(to_timestamp(ms / 1000)) FROM unnest($${values.length}::float8[]) AS ms)`;
  }
  const type = fileFields[field] === 'number' ? 'bigint' : 'text';
  return `$${values.length}::${type}${isList ? '[]' : ''}`;
};
