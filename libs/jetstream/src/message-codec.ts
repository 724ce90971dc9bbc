import { ClipfleetError } from '@clipfleet/contracts';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export const CONTENT_ENCODING = 'content-encoding';
/** Smaller ones are not worth the milliseconds. */
const COMPRESS_OVER_BYTES = 64 * 1024;
/** The plan of a day is a few MB: what grows beyond this is an attack or a bug, not a message. */
const MAX_DECODED_BYTES = 256 * 1024 * 1024;

export interface EncodedMessage {
  data: Uint8Array;
  headers: Record<string, string>;
}

export const encodeMessage = (message: unknown): Promise<EncodedMessage> => encodeJson(JSON.stringify(message));

/** The same for what is JSON already. */
export const encodeJson = async (text: string): Promise<EncodedMessage> => {
  const json = Buffer.from(text);
  if (json.length <= COMPRESS_OVER_BYTES) return { data: json, headers: {} };
  return { data: await compress(json), headers: { [CONTENT_ENCODING]: 'gzip' } };
};

/** Throws on anything that is not JSON, or an encoding it does not know. */
export const decodeMessage = async (data: Uint8Array, contentEncoding: string | undefined): Promise<unknown> => {
  if (!contentEncoding) return JSON.parse(Buffer.from(data).toString('utf8'));
  if (contentEncoding !== 'gzip') throw new Error(`content-encoding ${contentEncoding} is not known`);
  const json = await decompress(data, { maxOutputLength: MAX_DECODED_BYTES });
  return JSON.parse(json.toString('utf8'));
};

/** The server would close the connection on a message over its limit: refuse it here, by name. */
export const assertPublishable = (subject: string, sizeBytes: number, maxPayloadBytes: number): void => {
  // room for headers, which the server counts too
  const limitBytes = maxPayloadBytes - 4096;
  if (sizeBytes <= limitBytes) return;
  throw new ClipfleetError(
    'internal',
    `a message for ${subject} is ${sizeBytes} bytes, the NATS server takes ${limitBytes} (max_payload ${maxPayloadBytes})`,
    { retryable: false, details: { subject, sizeBytes, limitBytes } },
  );
};
