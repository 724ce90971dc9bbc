// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Also percent-encoded, in case something on the way decodes it. */
const DOT_SEGMENT = /^(\.|%2e){1,2}$/i;

export const MAX_KEY_BYTES = 1024;

export const utf8Bytes = (text: string): number => Buffer.byteLength(text);

/** What makes a text unfit for names, keys and identifiers, in words that follow the field's name; undefined: nothing. */
export const textProblem = (text: string): string | undefined => {
  if (CONTROL_CHARACTER.test(text)) return 'contains a control character';
  if (LONE_SURROGATE.test(text)) return 'is not well-formed Unicode';
  return undefined;
};

/** The same for the path of an object. Requests name objects inside configured stores, never addresses. */
export const pathProblem = (path: string): string | undefined => {
  const problem = textProblem(path);
  if (problem !== undefined) return problem;
  if (ABSOLUTE_URL.test(path)) return 'is an absolute URL; only paths inside the storage are accepted';
  if (path.split(/[/\\]/).some((segment) => DOT_SEGMENT.test(segment))) return 'contains a dot segment ("." or "..")';
  if (utf8Bytes(path) > MAX_KEY_BYTES) return `is longer than ${MAX_KEY_BYTES} bytes`;
  return undefined;
};

/** The same for one name inside a path. */
export const nameProblem = (name: string): string | undefined =>
  pathProblem(name) ?? (/[/\\]/.test(name) ? 'contains a slash; it is one name, not a path' : undefined);

/** S3 user guide, "Bucket naming rules", and the older names with capitals and underscores. */
export const bucketProblem = (bucket: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket) ? undefined : 'is not a bucket name';

/** The same for text that is told back as it came: Postgres can keep neither of these, so neither could be. */
export const verbatimProblem = (text: string): string | undefined =>
  text.includes('\u0000') || LONE_SURROGATE.test(text) ? 'contains NUL or is not well-formed Unicode' : undefined;
