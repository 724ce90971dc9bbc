import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** RFC 9110 §8.8.3: a weak tag of whatever the text stands for. */
export const weakTag = (text: string): string => `W/"${hash('sha256', text, 'base64url').slice(0, 27)}"`;

/** RFC 9110 §13.1.2 with the weak comparison of §8.8.3.2. What is no list of tags names none. */
export const isAmong = (ifNoneMatch: string | undefined, tag: string): boolean => {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.some((one) => opaque(one) === opaque(tag));
};

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/** Tags the answer; true: the client has it, and it is to be sent without a body. */
export const isKnownToClient = (request: FastifyRequest, reply: FastifyReply, tag: string): boolean => {
  // kept by the client alone, and never used without asking
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache', vary: 'authorization' });
  if (!isAmong(request.headers['if-none-match'], tag)) return false;
  reply.status(304);
  return true;
};
