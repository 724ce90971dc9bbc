import { type FieldProblem, fieldError, oneFieldError, printableName } from '../field-problem.js';
import { nameProblem, pathProblem, textProblem, utf8Bytes, verbatimProblem } from '../object-key.js';
import {
  type ExportApiFieldName,
  type ExportApiFields,
  exportApiFields,
  type FieldSpec,
  type IntegerField,
  type TextField,
} from './fields.js';

export interface ReadFields {
  fields: ExportApiFields;
  /** Names that mean nothing to us: accepted, since real clients send them, and told back in a header. */
  ignored: string[];
}

/** A body whose keys are ours; nothing of its values is checked yet. */
export interface NamedFields {
  values: Map<ExportApiFieldName, unknown>;
  ignored: string[];
}

const canonicalNames = new Map(
  Object.keys(exportApiFields).map((name) => [name.toLowerCase(), name as ExportApiFieldName]),
);
/** Names no honest client sends. */
const poisonous = new Set(['__proto__', 'constructor', 'prototype']);

/** Matches the keys of a parsed body without case. The same field in two spellings is refused: which one is meant? */
export const nameFields = (body: unknown): NamedFields => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw oneFieldError('body', 'must be a JSON object');
  const values = new Map<ExportApiFieldName, unknown>();
  const ignored: string[] = [];
  const problems: FieldProblem[] = [];
  for (const [sent, value] of Object.entries(body)) {
    const name = canonicalNames.get(sent.toLowerCase());
    if (poisonous.has(sent.toLowerCase())) problems.push({ field: printableName(sent), message: 'is not a field' });
    else if (name === undefined) ignored.push(printableName(sent));
    else if (values.has(name)) problems.push({ field: name, message: 'is given twice, in different spellings' });
    else values.set(name, value);
  }
  if (problems.length > 0) throw fieldError(problems);
  return { values, ignored };
};

/** Every field by itself: type, form, bounds, default. Throws one `bad-parameter` that names all that is wrong. */
export const readFields = ({ values, ignored }: NamedFields): ReadFields => {
  const problems: FieldProblem[] = [];
  const fields: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries<FieldSpec>(exportApiFields)) {
    const value = values.get(name as ExportApiFieldName);
    if (isAbsent(value)) {
      if (spec.default !== undefined) fields[name] = spec.default;
      continue;
    }
    const problem = valueProblem(spec, value);
    if (problem !== undefined) problems.push({ field: name, message: problem });
    else fields[name] = value;
  }
  if (problems.length > 0) throw fieldError(problems);
  return { fields: fields as unknown as ExportApiFields, ignored };
};

/** Clients fill what they do not use with null or an empty text. */
export const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/**
 * JSON types are those of the document, without coercion: a number in quotes is a mistake of the client that would go
 * unnoticed until it is not a number.
 */
export const valueProblem = (spec: FieldSpec, value: unknown): string | undefined => {
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${jsonType(value)}`;
    case 'integer':
      return typeof value === 'number' ? integerProblem(spec, value) : `must be a number, not ${jsonType(value)}`;
    default:
      return typeof value === 'string' ? stringProblem(spec, value) : `must be a string, not ${jsonType(value)}`;
  }
};

const integerProblem = (spec: IntegerField, value: number): string | undefined => {
  if (!Number.isInteger(value)) return 'must be a whole number';
  if (spec.values && !spec.values.includes(value)) return `must be one of ${spec.values.join(', ')}`;
  if (value < spec.min || value > spec.max) return `must be from ${spec.min} to ${spec.max}`;
  return undefined;
};

const stringProblem = (spec: TextField, value: string): string | undefined => {
  if (utf8Bytes(value) > spec.maxBytes) return `is longer than ${spec.maxBytes} bytes`;
  if (spec.values && !spec.values.includes(value)) return `must be one of ${spec.values.join(', ')}`;
  return formProblem(spec.form, value) ?? patternProblem(spec, value);
};

const patternProblem = ({ pattern }: TextField, value: string): string | undefined =>
  pattern && !pattern.regex.test(value) ? pattern.meaning : undefined;

const formProblem = (form: TextField['form'], value: string): string | undefined => {
  switch (form) {
    case 'path':
      return pathProblem(value);
    case 'name':
      return nameProblem(value);
    case 'line':
      return textProblem(value);
    case 'verbatim':
      return verbatimProblem(value);
    default:
      return undefined; // base64: its reader sees
  }
};

const jsonType = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};
