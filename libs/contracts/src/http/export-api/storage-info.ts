import { decodeUtf8 } from '../decode-utf8.js';
import { type FieldProblem, fieldError, oneFieldError } from '../field-problem.js';
import { bucketProblem, nameProblem, pathProblem } from '../object-key.js';
import type { FieldSpec, TextField } from './fields.js';
import { isAbsent, valueProblem } from './read-fields.js';

/** An enabled entry of storage_info, checked. */
export interface StorageEntry {
  /** 0-based index in the array that was sent. */
  index: number;
  purpose: StoragePurpose;
  type: 'S3' | 'FILE';
  location: string;
  bucket: string;
  /** Without slashes at its ends; may be empty. */
  rootFolder: string;
  pathId?: string;
}
export const storagePurposes = ['ts', 'mp4', 'upload'] as const;
export type StoragePurpose = (typeof storagePurposes)[number];

const FIELD = 'storage_info';
const MAX_ENTRIES = 32;

const line = (description: string, more: Partial<TextField> = {}): TextField => ({
  type: 'string',
  form: 'line',
  maxBytes: 255,
  description,
  ...more,
});

export const storageEntryFields = {
  storage_purpose: line(
    'ts: where the recording lies; mp4: where else it may lie; upload: where the output goes. Others are ignored.',
  ),
  storage_type: line('S3, or FILE for a directory the fleet has.', { values: ['S3', 'FILE'] }),
  storage_enable: { type: 'boolean', default: true, description: 'false: the entry is ignored.' },
  storage_location: line('Names a configured store, e.g. a region.'),
  storage_root_folder: line('Folder in the bucket that all paths are relative to.', {
    maxBytes: 1024,
  }),
  storage_name: line('The bucket.'),
  storage_description: line('Not used.', { form: 'verbatim', maxBytes: 65_536 }),
  storage_path_id: line('upload: folder of the output below the root folder. Absent: one made from the request.'),
} as const satisfies Record<string, FieldSpec>;

type EntryName = keyof typeof storageEntryFields;
const required: readonly EntryName[] = ['storage_type', 'storage_location', 'storage_name'];

/** Base64 → JSON array → the enabled entries of known purposes. Throws `bad-parameter` with the entry and field it is about. */
export const readStorageInfo = (text: string, isUriEncode: boolean): readonly StorageEntry[] => {
  const json = decodeStorageInfo(text, isUriEncode);
  if (!Array.isArray(json)) throw oneFieldError(FIELD, 'must be a JSON array inside its base64');
  if (json.length > MAX_ENTRIES) throw oneFieldError(FIELD, `has more than ${MAX_ENTRIES} entries`);
  const problems: FieldProblem[] = [];
  const entries = json.flatMap((entry: unknown, index) => readEntry(entry, index, problems) ?? []);
  if (problems.length > 0) throw fieldError(problems);
  return entries;
};

/**
 * `IsUriEncode` exists for non-ASCII folders; clients encode the JSON before base64 or the base64 after it, so both are undone.
 * Base64 has no `%`, so the outer layer shows itself.
 */
const decodeStorageInfo = (sent: string, isUriEncode: boolean): unknown => {
  const base64 = isUriEncode && sent.includes('%') ? uriDecode(sent, FIELD) : sent;
  const text = decodeBase64(base64);
  const plain = parseJson(text);
  if (isUriEncode && text.includes('%')) {
    const decoded = parseJson(uriDecode(text, FIELD, text));
    if (decoded !== undefined) return decoded;
  }
  if (plain === undefined) throw oneFieldError(FIELD, 'does not hold JSON inside its base64');
  return plain;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // `undefined` is no JSON value
  }
};

const uriDecode = (text: string, field: string, otherwise?: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    if (otherwise !== undefined) return otherwise;
    throw oneFieldError(field, 'is not URI-encoded although IsUriEncode is true');
  }
};

/** RFC 4648 §4 and §5 (the URL-safe alphabet), padded or not. Node's decoder skips what it does not know; we refuse it. */
const decodeBase64 = (text: string): string => {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) throw oneFieldError(FIELD, 'is not base64');
  const decoded = decodeUtf8(Buffer.from(text, 'base64'));
  if (decoded === undefined) throw oneFieldError(FIELD, 'does not hold UTF-8 inside its base64');
  return decoded;
};

const readEntry = (entry: unknown, index: number, problems: FieldProblem[]): StorageEntry | undefined => {
  const at = `${FIELD}[${index}]`;
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    problems.push({ field: at, message: 'must be a JSON object' });
    return undefined;
  }
  const values = new Map(Object.entries(entry));
  const found = problems.length;
  const check = (name: EntryName, extra?: (text: string) => string | undefined): void => {
    const value = values.get(name);
    const problem = isAbsent(value)
      ? required.includes(name)
        ? 'is missing'
        : undefined
      : (valueProblem(storageEntryFields[name], value) ?? extra?.(value as string));
    if (problem !== undefined) problems.push({ field: `${at}.${name}`, message: problem });
  };
  check('storage_enable');
  if (values.get('storage_enable') === false) return undefined;
  if (isAbsent(values.get('storage_purpose'))) problems.push({ field: `${at}.storage_purpose`, message: 'is missing' });
  check('storage_purpose');
  const purpose = storagePurposes.find((known) => known === values.get('storage_purpose'));
  if (purpose === undefined) return undefined;
  check('storage_type');
  check('storage_location');
  check('storage_name', bucketProblem);
  check('storage_root_folder', pathProblem);
  check('storage_path_id', nameProblem);
  return problems.length > found ? undefined : toEntry(values as Map<EntryName, string>, index, purpose);
};

const toEntry = (values: Map<EntryName, string>, index: number, purpose: StoragePurpose): StorageEntry => ({
  index,
  purpose,
  type: values.get('storage_type') as 'S3' | 'FILE',
  location: values.get('storage_location') as string,
  bucket: values.get('storage_name') as string,
  rootFolder: trimSlashes(values.get('storage_root_folder') ?? ''),
  ...(isAbsent(values.get('storage_path_id')) ? {} : { pathId: values.get('storage_path_id') }),
});

const trimSlashes = (path: string): string => path.replaceAll(/^\/+|\/+$/g, '');
