import { oneFieldError } from './field-problem.js';

/** Bytes → JSON. Throws `bad-parameter` that says where it stops being JSON, without quoting what was sent. */
export const parseJsonBody = (bytes: Uint8Array | undefined): unknown => {
  if (bytes === undefined || bytes.length === 0) throw oneFieldError('body', 'is empty; a JSON object is needed');
  let text: string;
  try {
    // RFC 8259 §8.1: UTF-8; a BOM may be ignored.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw oneFieldError('body', 'is not UTF-8');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    throw oneFieldError('body', position === undefined ? 'is not JSON' : `is not JSON (at character ${position})`);
  }
};
