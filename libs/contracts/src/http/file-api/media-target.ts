import { ClipfleetError } from '../../errors.js';
import { oneFieldError } from '../field-problem.js';
import { nameProblem } from '../object-key.js';

/** Longest name of a file. */
export const MAX_FILE_NAME_LENGTH = 255;

/** What every request that makes a file says of it. */
export interface MediaTarget {
  name: string;
  categoryId?: string;
  /** false: the name is the path, and a file that has it is replaced. */
  randomFileLink: boolean;
}

/** The members of a request's body. Throws `bad-parameter`. */
export const readMediaBody = (body: unknown): Record<string, unknown> => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw oneFieldError('body', 'must be a JSON object');
};

/** Throws `bad-parameter`. */
export const readMediaTarget = (body: Record<string, unknown>): MediaTarget => {
  const { save_as: name, category_id: categoryId, random_file_link: randomFileLink = true } = body;
  if (typeof randomFileLink !== 'boolean') throw oneFieldError('random_file_link', 'must be true or false');
  return { name: readFileName(name, 'save_as'), ...readCategoryId(categoryId), randomFileLink };
};

/** Throws `bad-parameter`. */
export const readFileName = (name: unknown, field: string): string => {
  if (typeof name !== 'string' || name === '' || name.length > MAX_FILE_NAME_LENGTH)
    throw oneFieldError(field, `must be a text of 1 to ${MAX_FILE_NAME_LENGTH} characters`);
  const problem = nameProblem(name);
  if (problem !== undefined) throw oneFieldError(field, problem);
  return name;
};

const MAX_PREFIX_LENGTH = 512;

/**
 * The folder that files are uploaded to together, a path of names: below it they keep their names, so that a playlist finds its
 * segments. Absent, null and empty: none. Throws `bad-parameter`.
 */
export const readPrefix = (prefix: unknown): { prefix?: string } => {
  if (prefix === undefined || prefix === null || prefix === '') return {};
  if (typeof prefix !== 'string' || prefix.length > MAX_PREFIX_LENGTH)
    throw oneFieldError('prefix', `must be a text of up to ${MAX_PREFIX_LENGTH} characters`);
  const path = prefix.replace(/\/$/, '');
  const names = path.split('/');
  const problem = names.includes('') ? 'has a name that is empty' : names.map(nameProblem).find((each) => each);
  if (problem !== undefined) throw oneFieldError('prefix', problem);
  return { prefix: path };
};

/** Absent, null and empty: none. Throws `bad-parameter`. */
export const readCategoryId = (categoryId: unknown): { categoryId?: string } => {
  if (categoryId === undefined || categoryId === null || categoryId === '') return {};
  if (typeof categoryId !== 'string') throw oneFieldError('category_id', 'must be a text');
  return { categoryId };
};

/** The id of a file in `field`. What is no id is no file. Throws `bad-parameter`, `not-found`. */
export const readFileId = (value: unknown, field: string): string => {
  if (typeof value !== 'string' || value === '') throw oneFieldError(field, 'must be the id of a file');
  if (!/^[0-9a-f]{24}$/.test(value)) throw noSuchFile(field);
  return value;
};

export const noSuchFile = (field: string): ClipfleetError =>
  new ClipfleetError('not-found', `${field}: there is no such file`, { details: { field } });
