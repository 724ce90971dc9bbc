import { decodeUtf8 } from './decode-utf8.js';
import { oneFieldError } from './field-problem.js';

/** Bytes → JSON. Throws `bad-parameter` that says where it stops being JSON, without quoting what was sent. */
export const parseJsonBody = (bytes: Uint8Array | undefined): unknown => {
  if (bytes === undefined || bytes.length === 0) throw oneFieldError('body', 'is empty; a JSON object is needed');
  // RFC 8259 §8.1: UTF-8; a BOM may be ignored.
  const text = decodeUtf8(bytes);
  if (text === undefined) throw oneFieldError('body', 'is not UTF-8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw oneFieldError('body', `is not JSON${placeOf(String(error))}`);
  }
};

/** V8 says where in some of its messages only; the rest of them quotes what was sent. */
const placeOf = (message: string): string => {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return ` (at character ${position})`;
  return message.includes('end of JSON') ? ' (it ends too early)' : '';
};
