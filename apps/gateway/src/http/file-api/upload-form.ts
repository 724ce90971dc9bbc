import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { ClipfleetError, oneFieldError } from '@clipfleet/contracts';

const LIMITS = { files: 1, fields: 16, fieldNameSize: 128, fieldSize: 16_384, parts: 20 };

/**
 * The one file of a multipart form (RFC 7578), given to `take` as it comes. Fields of the form that name what `granted` says
 * must say the same, wherever they stand. The signal is aborted when the form turns out to be wrong or the client is gone.
 */
export const readUploadForm = async <T>(
  request: IncomingMessage,
  granted: Readonly<Record<string, string>>,
  take: (content: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const form = formOf(request);
  const abort = new AbortController();
  let taking: Promise<T> | undefined;
  form.on('file', (_field, content) => {
    content.once('limit', () => content.destroy());
    taking ??= take(content, abort.signal);
    taking.catch((error: unknown) => form.destroy(error as Error));
  });
  form.on('field', (name, value) => {
    if (Object.hasOwn(granted, name) && granted[name] !== value) form.destroy(alteredField(name));
  });
  try {
    await pipeline(request, form);
    if (!taking) throw oneFieldError('file', 'is missing');
    return await taking;
  } catch (error) {
    abort.abort(error);
    await taking?.catch(() => undefined);
    throw error instanceof ClipfleetError ? error : oneFieldError('body', 'is not a whole multipart form');
  }
};

const formOf = (request: IncomingMessage): InstanceType<typeof Busboy> => {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch {
    throw new ClipfleetError('unsupported-media-type', 'Content-Type must be multipart/form-data');
  }
};

const alteredField = (name: string): ClipfleetError =>
  new ClipfleetError('forbidden', `the field ${name} is not the one that belongs to the address`);
