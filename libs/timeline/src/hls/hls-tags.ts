import { atLine } from '../timeline/timeline-error.js';
import { parseAttributeList } from './attribute-list.js';

/**
 * The tags the parser is given. All others change nothing here, and some cost it quadratic time (EXT-X-DATERANGE,
 * EXT-X-PART), so they are not passed on.
 */
const USED = new Set([
  '#EXTM3U',
  '#EXTINF',
  '#EXT-X-BYTERANGE',
  '#EXT-X-KEY',
  '#EXT-X-MAP',
  '#EXT-X-PROGRAM-DATE-TIME',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-GAP',
  '#EXT-X-MEDIA-SEQUENCE',
  '#EXT-X-TARGETDURATION',
  '#EXT-X-ENDLIST',
  '#EXT-X-STREAM-INF',
  '#EXT-X-MEDIA',
]);

const WITH_ATTRIBUTES = new Set(['#EXT-X-KEY', '#EXT-X-MAP', '#EXT-X-STREAM-INF', '#EXT-X-MEDIA']);

/** Refused by name: taken literally, each would make a wrong file. */
const REFUSED: Record<string, string> = {
  '#EXT-X-I-FRAMES-ONLY': 'EXT-X-I-FRAMES-ONLY: a playlist of single pictures is not a recording.',
  '#EXT-X-DEFINE': 'EXT-X-DEFINE: playlist variables are not supported.',
  '#EXT-X-SKIP': 'EXT-X-SKIP: a delta update is only a part of a playlist.',
};

/** RFC 8216 §4.3.2.4. What cannot be decrypted with a plain AES-128 key is refused by name. */
const checkKey = (attributes: Map<string, string>, line: number): void => {
  const method = attributes.get('METHOD');
  if (method === 'NONE') return;
  const keyFormat = attributes.get('KEYFORMAT') ?? 'identity';
  if (keyFormat !== 'identity') {
    throw atLine('unsupported-source', line, `EXT-X-KEY KEYFORMAT=${keyFormat}: DRM is not supported.`);
  }
  if (method !== 'AES-128') {
    const text = `EXT-X-KEY METHOD=${method ?? '(none given)'}: only AES-128 and NONE are supported.`;
    throw atLine(method === undefined ? 'playlist-invalid' : 'unsupported-source', line, text);
  }
  if (!attributes.get('URI')) throw atLine('playlist-invalid', line, 'EXT-X-KEY METHOD=AES-128 has no URI.');
  const iv = attributes.get('IV');
  if (iv !== undefined && !/^0x[0-9a-f]{32}$/i.test(iv)) {
    throw atLine('playlist-invalid', line, 'EXT-X-KEY IV is not 0x and 32 hexadecimal digits.');
  }
};

/** RFC 8216 §4.3.2.5 */
const checkMap = (attributes: Map<string, string>, line: number): void => {
  if (!attributes.get('URI')) throw atLine('playlist-invalid', line, 'EXT-X-MAP has no URI.');
  const byteRange = attributes.get('BYTERANGE');
  if (byteRange !== undefined) checkByteRange(byteRange, line);
};

const checkByteRange = (value: string, line: number): void => {
  const match = /^(\d+)(?:@(\d+))?$/.exec(value);
  const end = match === null ? NaN : Number(match[1]) + Number(match[2] ?? 0);
  if (match === null || Number(match[1]) === 0 || !Number.isSafeInteger(end)) {
    throw atLine('playlist-invalid', line, 'The byte range is not LENGTH or LENGTH@OFFSET.');
  }
};

const checkNumber = (name: string, value: string, line: number): void => {
  if (!/^\d{1,15}(\.\d*)?$/.test(value)) throw atLine('playlist-invalid', line, `${name.slice(1)} is not a number.`);
};

/** Checks one tag line. Returns its name when the parser is to see it. */
export const checkTag = (text: string, line: number): { name: string; value: string } | undefined => {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const refusal = REFUSED[name];
  if (refusal !== undefined) throw atLine('unsupported-source', line, refusal);
  if (!USED.has(name)) return undefined;
  const value = colon === -1 ? '' : text.slice(colon + 1).trim();
  if (WITH_ATTRIBUTES.has(name)) {
    const attributes = parseAttributeList(value);
    if (attributes === undefined) throw atLine('playlist-invalid', line, `${name.slice(1)} has no attribute list.`);
    if (name === '#EXT-X-KEY') checkKey(attributes, line);
    if (name === '#EXT-X-MAP') checkMap(attributes, line);
  }
  if (name === '#EXT-X-BYTERANGE') checkByteRange(value, line);
  if (name === '#EXT-X-MEDIA-SEQUENCE' || name === '#EXT-X-TARGETDURATION') checkNumber(name, value, line);
  return { name, value };
};
