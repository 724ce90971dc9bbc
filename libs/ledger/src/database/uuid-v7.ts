import { randomUUID } from 'node:crypto';

/**
 * A UUID that begins with the time (RFC 9562 §5.7): new rows of an index lie together, and order by id is order by time. The rest is
 * that of a random one (§5.4), whose variant stands at the same place; node:crypto draws the bits of many of those at once.
 */
export const uuidV7 = (nowMs: number): string => {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
