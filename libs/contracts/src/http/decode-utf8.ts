import { isUtf8 } from 'node:buffer';

const BOM = '\ufeff';

/** Text without its BOM; undefined: it is not UTF-8. A TextDecoder that refuses costs more to make than most bodies to read. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith(BOM) ? text.slice(BOM.length) : text;
};
