import { TimelineError } from './timeline-error.js';

const MAX_KEY_BYTES = 1024;
/** RFC 3986 §3.1 */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** Nothing to decode, strip or normalise: the case of nearly every segment of a long playlist. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9_.~=+@,-]*$/;

const place = (line: number | undefined): string => (line === undefined ? '' : `Line ${line}: `);

const refuse = (code: 'playlist-invalid' | 'unsupported-source', line: number | undefined, text: string) =>
  new TimelineError(code, `${place(line)}${text}`, line === undefined ? {} : { line });

const quoted = (uri: string): string => JSON.stringify(uri.length > 200 ? `${uri.slice(0, 200)}…` : uri);

/** Malformed escapes are taken as they stand: recorders do write names like `100%.ts`. */
const percentDecoded = (path: string): string => {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;

/** RFC 3986 §5.2.4, except that a `..` above the root is refused where a browser would drop it. */
const withoutDots = (path: string, uri: string, line: number | undefined): string => {
  const kept: string[] = [];
  const names = path.split('/');
  names.forEach((name, index) => {
    const last = index === names.length - 1;
    if (name === '.' || name === '..') {
      if (name === '..' && kept.pop() === undefined) {
        throw refuse('unsupported-source', line, `${quoted(uri)} leads out of the bucket.`);
      }
      if (last) kept.push('');
    } else {
      kept.push(name);
    }
  });
  return kept.join('/');
};

/**
 * The object key an address in a playlist means. Relative addresses count from the playlist's folder, absolute paths
 * (`/…`) from the bucket's root; query and fragment are dropped, escapes decoded before `..` is judged. An address with a
 * scheme or host, or one that leads out of the bucket, is refused: nothing is ever fetched from elsewhere.
 */
export const resolveBase = (uri: string, baseKey: string, line?: number): string => {
  if (SCHEME.test(uri) || uri.startsWith('//')) {
    throw refuse('unsupported-source', line, `${quoted(uri)} is an absolute URL; only objects of the bucket are read.`);
  }
  const path = percentDecoded(uri.replace(/[?#].*$/s, ''));
  if (CONTROL.test(path)) throw refuse('playlist-invalid', line, `${quoted(uri)} has control characters.`);
  const folder = baseKey.slice(0, baseKey.lastIndexOf('/') + 1);
  if (path === '') return baseKey;
  return withoutDots(path.startsWith('/') ? path.slice(1) : folder + path, uri, line);
};

/** As {@link resolveBase}, and the result must be the key of an object. */
export const resolveKey = (uri: string, baseKey: string, line?: number): string => {
  const key = PLAIN.test(uri) ? baseKey.slice(0, baseKey.lastIndexOf('/') + 1) + uri : resolveBase(uri, baseKey, line);
  if (key === baseKey && !PLAIN.test(uri)) throw refuse('playlist-invalid', line, `${quoted(uri)} names no object.`);
  return checkedKey(key, uri, line);
};

const checkedKey = (key: string, uri: string, line: number | undefined): string => {
  if (key === '' || key.endsWith('/')) throw refuse('playlist-invalid', line, `${quoted(uri)} names no object.`);
  if (key.length > MAX_KEY_BYTES || (key.length * 3 > MAX_KEY_BYTES && utf8Bytes(key) > MAX_KEY_BYTES)) {
    throw refuse('playlist-invalid', line, `${quoted(uri)} makes a key of more than ${MAX_KEY_BYTES} bytes.`);
  }
  return key;
};

/** Where a playlist lies. Without its bucket, what it names lies in the same one. */
export interface PlaylistPlace {
  key: string;
  bucket?: string;
}

/** As {@link resolveKey}; buckets of a store are folders beside each other, so that relative addresses lead from one to another. */
export const resolvePlace = (uri: string, from: PlaylistPlace, line?: number): PlaylistPlace => {
  const isInside = from.bucket === undefined || uri.startsWith('/') || !uri.includes('..');
  if (isInside) return { key: resolveKey(uri, from.key, line) };
  const path = resolveBase(uri, `${from.bucket}/${from.key}`, line);
  const slash = path.indexOf('/');
  const bucket = path.slice(0, slash);
  if (slash < 1) throw refuse('unsupported-source', line, `${quoted(uri)} leads out of the bucket.`);
  return { key: checkedKey(path.slice(slash + 1), uri, line), ...(bucket !== from.bucket && { bucket }) };
};
