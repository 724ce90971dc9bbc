import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { oneFieldError } from '@clipfleet/contracts';
import { readJson } from '../read-json.js';

const LIMITS = { files: 0, fields: 16, fieldNameSize: 64, fieldSize: 4096, parts: 16 };

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a request as a form of either kind or as JSON: clients of token endpoints send all three. */
export const readFormFields = async (request: FastifyRequest): Promise<Fields> => {
  const type = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data\s*;/i.test(type)) return multipartFields(request.raw);
  if (/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return urlEncodedFields(request.body);
  const json = readJson(request);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw oneFieldError('body', 'must be an object');
  return json as Fields;
};

const urlEncodedFields = (body: unknown): Fields =>
  fieldsOf([...new URLSearchParams(body instanceof Uint8Array ? Buffer.from(body).toString() : '')]);

const multipartFields = async (request: IncomingMessage): Promise<Fields> => {
  const entries: [string, string][] = [];
  try {
    const form = new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
    form.on('field', (name, value) => entries.push([name, value]));
    await pipeline(request, form);
  } catch {
    throw oneFieldError('body', 'is not a form that can be read');
  }
  return fieldsOf(entries);
};

/** RFC 6749 §3.2: no parameter may be given twice. */
const fieldsOf = (entries: readonly [string, string][]): Fields => {
  if (new Map(entries).size < entries.length) throw oneFieldError('body', 'names a field twice');
  return Object.fromEntries(entries);
};
