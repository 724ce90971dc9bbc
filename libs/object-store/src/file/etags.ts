import type { BigIntStats } from 'node:fs';

/**
 * Etag of an object: from its size, its file and when that was last written, because hashing gigabytes would cost more
 * than moving them. Writing a key anew makes a new file and so a new etag; moving or linking a file keeps it.
 */
export const objectEtag = (stats: BigIntStats): string =>
  [stats.size, stats.mtimeNs, stats.ino].map((n) => n.toString(36)).join('-');

/**
 * Etag of a written part: by its bytes, so that a redelivered task that writes the same bytes leaves the part as it is,
 * while other bytes are noticed (but for one time in 2^32: it guards against accidents, not against forgery). CRC-32
 * costs a fifth of MD5.
 */
export const writtenPartEtag = (crc32: number, sizeBytes: number): string =>
  `crc32-${crc32.toString(16).padStart(8, '0')}-${sizeBytes.toString(36)}`;

/** Etag of a part that is a whole object, linked and never read: it stands for that object. */
export const linkedPartEtag = (stats: BigIntStats): string => `object-${objectEtag(stats)}`;
