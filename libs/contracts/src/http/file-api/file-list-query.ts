import { z } from 'zod';
import { type FieldProblem, fieldError } from '../field-problem.js';
import type { FileCondition } from './file-condition.js';
import { readWhere } from './where.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;
const MAX_IDS = 1000;
const MAX_OFFSET = 1_000_000_000;

/** Which page of which files. */
export interface FileListQuery {
  condition: FileCondition;
  newestFirst: boolean;
  limit: number;
  offset: number;
  returnTotalCount: boolean;
}

const count = (max: number, min = 0) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
const flag = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true');
const text = z.string().min(1).max(256);

const page = {
  limit: count(MAX_LIMIT, 1).default(DEFAULT_LIMIT),
  offset: count(MAX_OFFSET).default(0),
  order_by: z.enum(['created_at', '-created_at']).default('-created_at'),
  return_total_count: flag.default(false),
};

const parameters = {
  ...page,
  category: text.optional(),
  category_id: text.optional(),
  id__in: text.max(MAX_IDS * 25).optional(),
  media_type: text.optional(),
  status: text.optional(),
  name__contains: text.optional(),
  where: z.string().max(8192).optional(),
};
const fileList = z.object(parameters);
const pageOnly = z.object(page);

const expectations: Record<string, string> = {
  limit: `must be a whole number from 1 to ${MAX_LIMIT}`,
  offset: 'must be a whole number, 0 or more',
  order_by: 'must be created_at or -created_at',
  return_total_count: 'must be 0 or 1',
};

/** Parameters of a page alone, as categories have it. Throws `bad-parameter`. */
export const readPageQuery = (query: unknown): Omit<FileListQuery, 'condition'> => {
  const { limit, offset, order_by, return_total_count } = parsed(pageOnly, query);
  return { limit, offset, newestFirst: order_by === '-created_at', returnTotalCount: return_total_count };
};

/** The query of a list of files. Parameters nobody knows are ignored, as clients send their own. Throws `bad-parameter`. */
export const readFileListQuery = (query: unknown): FileListQuery => {
  const given = parsed(fileList, query);
  const of: FileCondition[] = [];
  const equal = (field: 'categoryId' | 'mediaType' | 'status', value: string | undefined): void => {
    if (value !== undefined) of.push({ kind: 'compare', field, operator: '=', value });
  };
  equal('categoryId', given.category ?? given.category_id);
  equal('mediaType', given.media_type);
  equal('status', given.status);
  if (given.id__in !== undefined) of.push({ kind: 'among', field: 'id', isIn: true, values: splitIds(given.id__in) });
  if (given.name__contains !== undefined) of.push({ kind: 'contains', field: 'name', text: given.name__contains });
  if (given.where !== undefined) of.push(readWhere(given.where));
  const { limit, offset, order_by, return_total_count } = given;
  const order = { newestFirst: order_by === '-created_at', returnTotalCount: return_total_count };
  return { condition: { kind: 'all', of }, limit, offset, ...order };
};

/** The ids of `id__in`: `a,b` or a list. Throws `bad-parameter` beyond 1,000. */
export const readIds = (given: unknown): string[] => {
  const ids = typeof given === 'string' ? splitIds(given) : given;
  if (Array.isArray(ids) && ids.length <= MAX_IDS && ids.every((id) => typeof id === 'string')) return ids;
  throw fieldError([{ field: 'id__in', message: `must be a list of up to ${MAX_IDS} ids` }]);
};

const splitIds = (list: string): string[] =>
  list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');

const parsed = <S extends z.ZodType>(schema: S, query: unknown): z.output<S> => {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw fieldError(result.error.issues.map(toProblem));
};

const toProblem = ({ path }: z.core.$ZodIssue): FieldProblem => {
  const field = String(path[0] ?? 'query');
  return { field, message: expectations[field] ?? 'must be given once, as a text of reasonable length' };
};
