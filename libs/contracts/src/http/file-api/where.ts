import { fieldError, printableName } from '../field-problem.js';
import { type FileCondition, type FileField, fileFields } from './file-condition.js';

const MAX_DEPTH = 6;
const MAX_CONDITIONS = 64;
const MAX_VALUES = 1000;
const MAX_TEXT_LENGTH = 1024;
/** Postgres runs expressions as automata, but for back references and look around, which can take for ever. */
const MAX_PATTERN_LENGTH = 128;
const COSTLY_PATTERN = /\\[1-9]|\(\?[=!<]|\{\d{3,}|\{\d*,\d{3,}/;

const fieldNames: Record<string, FileField> = {
  id: 'id',
  name: 'name',
  cdn_path: 'cdnPath',
  media_type: 'mediaType',
  mime_type: 'mimeType',
  status: 'status',
  category: 'categoryId',
  category_id: 'categoryId',
  categories: 'categoryId',
  size: 'sizeBytes',
  created_at: 'createdAtMs',
  updated_at: 'updatedAtMs',
};

const orders = { $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' } as const;
type Order = keyof typeof orders;

/**
 * `where` of a list, as the SDK's queries serialise: `{"$and": [{"name": {"$contains": "x"}}, …]}`. `{}` is everything. Depth,
 * size and the cost of expressions are limited. Throws `bad-parameter` that says what is wrong.
 */
export const readWhere = (text: string): FileCondition => {
  let where: unknown;
  try {
    where = JSON.parse(text);
  } catch {
    throw problem('is not JSON');
  }
  return new WhereReader().read(where, 1);
};

class WhereReader {
  private count = 0;

  read(node: unknown, depth: number): FileCondition {
    if (depth > MAX_DEPTH) throw problem(`is nested deeper than ${MAX_DEPTH}`);
    const of = Object.entries(objectOf(node)).map(([name, value]) => this.member(name, value, depth));
    return of.length === 1 ? of[0] : { kind: 'all', of };
  }

  private member(name: string, value: unknown, depth: number): FileCondition {
    this.count += 1;
    if (this.count > MAX_CONDITIONS) throw problem(`has more than ${MAX_CONDITIONS} conditions`);
    if (name === '$and' || name === '$or') {
      if (!Array.isArray(value)) throw problem(`must have a list in ${name}`);
      return { kind: name === '$and' ? 'all' : 'any', of: value.map((each) => this.read(each, depth + 1)) };
    }
    const field = Object.hasOwn(fieldNames, name) ? fieldNames[name] : undefined;
    if (field === undefined) throw problem(`has the field ${printableName(name)}, which files do not have`);
    if (typeof value !== 'object' || value === null) return equal(field, value);
    const of = Object.entries(value).map(([operator, operand]) => condition(field, operator, operand));
    return of.length === 1 ? of[0] : { kind: 'all', of };
  }
}

const condition = (field: FileField, operator: string, operand: unknown): FileCondition => {
  switch (operator) {
    case '$eq':
      return equal(field, operand);
    case '$ne':
      return different(field, operand);
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      return ordered(field, operator, operand);
    case '$contains':
      return { kind: 'contains', field: textField(field, operator), text: textOf(operand) };
    case '$regex':
      return { kind: 'matches', field: textField(field, operator), pattern: patternOf(operand) };
    case '$in':
    case '$nin':
      return among(field, operator === '$in', operand);
    default:
      throw problem(`has the operator ${printableName(operator)}, which is not known`);
  }
};

/** Clients count seconds: an instant is the second it lies in. */
const isTime = (field: FileField): boolean => field === 'createdAtMs' || field === 'updatedAtMs';

const equal = (field: FileField, operand: unknown): FileCondition => {
  const value = valueOf(field, operand);
  if (!isTime(field) || value === null) return { kind: 'compare', field, operator: '=', value };
  return { kind: 'all', of: [ordered(field, '$gte', operand), ordered(field, '$lte', operand)] };
};

const different = (field: FileField, operand: unknown): FileCondition => {
  const value = valueOf(field, operand);
  if (!isTime(field) || value === null) return { kind: 'compare', field, operator: '<>', value };
  return { kind: 'any', of: [ordered(field, '$lt', operand), ordered(field, '$gt', operand)] };
};

const ordered = (field: FileField, operator: Order, operand: unknown): FileCondition => {
  const value = valueOf(field, operand);
  if (value === null) throw problem(`compares with null in ${operator}`);
  if (!isTime(field)) return { kind: 'compare', field, operator: orders[operator], value };
  const startMs = Number(value) * 1000;
  const endMs = startMs + 1000;
  if (operator === '$lt' || operator === '$gte') {
    return { kind: 'compare', field, operator: orders[operator], value: startMs };
  }
  return { kind: 'compare', field, operator: operator === '$lte' ? '<' : '>=', value: endMs };
};

const among = (field: FileField, isIn: boolean, operand: unknown): FileCondition => {
  if (!Array.isArray(operand) || operand.length > MAX_VALUES) {
    throw problem(`must have a list of up to ${MAX_VALUES} values in ${isIn ? '$in' : '$nin'}`);
  }
  if (isTime(field)) {
    const of = operand.map((each) => (isIn ? equal(field, each) : different(field, each)));
    return { kind: isIn ? 'any' : 'all', of };
  }
  const values = operand.map((each) => valueOf(field, each)).filter((value) => value !== null);
  return { kind: 'among', field, isIn, values };
};

const valueOf = (field: FileField, operand: unknown): string | number | null => {
  if (operand === null) return null;
  if (fileFields[field] === 'text') return textOf(operand);
  if (typeof operand === 'number' && Number.isFinite(operand) && Math.abs(operand) <= Number.MAX_SAFE_INTEGER) {
    return Math.trunc(operand);
  }
  throw problem('compares a number with what is none');
};

const textOf = (operand: unknown): string => {
  if (typeof operand === 'string' && operand.length <= MAX_TEXT_LENGTH && !operand.includes('\u0000')) return operand;
  throw problem(`compares a text with what is none, or is longer than ${MAX_TEXT_LENGTH}`);
};

const patternOf = (operand: unknown): string => {
  const pattern = textOf(operand);
  if (pattern.length <= MAX_PATTERN_LENGTH && !COSTLY_PATTERN.test(pattern)) return pattern;
  throw problem(
    `has an expression longer than ${MAX_PATTERN_LENGTH}, with back references, look around or great counts`,
  );
};

const textField = (field: FileField, operator: string): FileField => {
  if (fileFields[field] === 'text') return field;
  throw problem(`has ${operator} for a number`);
};

const objectOf = (node: unknown): object => {
  if (typeof node === 'object' && node !== null && !Array.isArray(node)) return node;
  throw problem('must consist of objects');
};

const problem = (message: string) => fieldError([{ field: 'where', message }]);
