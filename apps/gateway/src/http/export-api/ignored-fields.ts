import type { FastifyReply } from 'fastify';

const MAX_SHOWN = 20;

/** Names of a body that mean nothing to us are told back in a header. */
export const tellIgnored = (reply: FastifyReply, ignored: readonly string[]): void => {
  if (ignored.length > 0) reply.header('clipfleet-ignored-fields', ignored.slice(0, MAX_SHOWN).join(', '));
};
