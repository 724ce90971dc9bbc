import { createHash } from 'node:crypto';

const MD5_HEX = /^[0-9a-f]{32}$/;

/**
 * The etag S3 gives a multipart object: md5 over the parts' md5s, a dash, and how many they are. undefined when the parts'
 * etags are not md5s (another driver, encryption by KMS).
 */
export const multipartEtag = (partEtags: readonly string[]): string | undefined => {
  if (partEtags.length === 0 || !partEtags.every((etag) => MD5_HEX.test(etag))) return undefined;
  const digest = createHash('md5')
    .update(Buffer.from(partEtags.join(''), 'hex'))
    .digest('hex');
  return `${digest}-${partEtags.length}`;
};
