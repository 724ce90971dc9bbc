import type { FastifyRequest } from 'fastify';
import { ClipfleetError, oneFieldError, parseJsonBody, printableName } from '@clipfleet/contracts';

const JSON_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/** What {@link readBytes} will not refuse, and has bytes. As nearly every client says it; others take the longer way. */
export const hasJsonBytes = (request: BodyRequest): request is { headers: BodyRequest['headers']; body: Uint8Array } =>
  request.body instanceof Uint8Array &&
  request.headers['content-encoding'] === undefined &&
  JSON_TYPE.test(request.headers['content-type'] ?? '');

/** The JSON of a request; see {@link readBytes}. */
export const readJson = (request: BodyRequest): unknown => parseJsonBody(readBytes(request));

type BodyRequest = Pick<FastifyRequest, 'headers' | 'body'>;

/**
 * The bytes of a request that may be JSON; undefined: it has no body. A body without a content type is taken as JSON; another type is refused, so that a form (what `curl -d`
 * sends on its own) is told what is wrong with it.
 */
export const readBytes = (request: BodyRequest): Uint8Array | undefined => {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers;
  if (type !== undefined && type !== '' && !JSON_TYPE.test(type))
    throw new ClipfleetError(
      'unsupported-media-type',
      `Content-Type must be application/json, not ${printableName(type)}`,
    );
  if (encoding !== undefined && encoding !== 'identity')
    throw new ClipfleetError('unsupported-media-type', `Content-Encoding ${printableName(encoding)} is not supported`);
  const { body } = request;
  if (body !== undefined && body !== null && !(body instanceof Uint8Array))
    throw oneFieldError('body', 'could not be read');
  return body ?? undefined;
};
