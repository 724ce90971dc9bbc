import {
  exportApiAnswerExamples,
  exportApiRequestExamples,
  exportResourceExample,
  nativeRequestExample,
  problemExample,
  refusalExamples,
} from './examples.js';
import { filePaths } from './file-paths.js';
import { answer, json, pathParameter, query, ref, retryAfter } from './operation.js';
import { exportStateName } from '../native/export-resource.js';
import type { JsonObject } from './schemas.js';

export const EXPORT_API_PATH = '/api/resource/v1/i/export';

const entityTag: JsonObject = {
  ETag: {
    description:
      'Weak (RFC 9110 §8.8.1): when to ask again and how the addresses of files are signed differ from answer to answer. It changes before those addresses expire.',
    schema: { type: 'string' },
  },
};

const problem = (description: string): JsonObject => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem'), example: problemExample } },
});

const refusals = Object.fromEntries(
  Object.entries(refusalExamples).map(([status, { summary, value }]) => [
    status,
    { description: summary, content: json('ExportApiAnswer', { example: value }) },
  ]),
);

const exportApi: JsonObject = {
  post: {
    operationId: 'exportApi',
    tags: ['Export API'],
    summary: 'Make a ts, mp4, mov, thumbnail, json (m3u8) or encrypted json; repeat the request to poll',
    description:
      'The same fields find the same job, so the repeated request is the poll; TimeWait says when. SessionId, UserId, PeerId and ServiceCaller are not part of what is compared.',
    security: [{}, { bearer: [] }],
    requestBody: { required: true, content: json('ExportApiRequest', { examples: exportApiRequestExamples }) },
    responses: {
      200: {
        description: 'The state of the job. Status: 10000 finished, 11000 working, 12000 failed.',
        headers: {
          'Clipfleet-Ignored-Fields': {
            description: 'Keys of the request that mean nothing here.',
            schema: { type: 'string' },
          },
        },
        content: json('ExportApiAnswer', { examples: exportApiAnswerExamples }),
      },
      ...refusals,
    },
  },
};

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
const common = {
  401: problem('The token is not known, or has expired.'),
  403: problem('The token does not have the scope that this needs.'),
  429: { ...problem('The tenant sends too many requests.'), headers: retryAfter },
};
const unlessKnown: JsonObject = {
  name: 'If-None-Match',
  in: 'header',
  schema: { type: 'string' },
  description: 'The ETag of an answer that is still at hand (RFC 9110 §13.1.2).',
};
const notModified: JsonObject = { 304: { description: 'Nothing has changed but `retryAfterMs`.', headers: entityTag } };
const tagged = (response: JsonObject): JsonObject => ({ ...response, headers: entityTag });
const one = { ...common, 404: problem('The tenant has no such export.') };

const collection: JsonObject = {
  post: {
    operationId: 'createExport',
    tags: ['Native API'],
    summary: 'Render an edit to an output',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
        description: 'The same key finds the same export; another body under it is refused.',
      },
    ],
    requestBody: { required: true, content: json('ExportRequest', { example: nativeRequestExample }) },
    responses: {
      200: answer('An equal export that has ended.', 'Export'),
      202: answer('Accepted, or an equal export that is being worked on.', 'Export', exportResourceExample),
      400: problem('A field is wrong.'),
      ...common,
      403: problem('The token lacks a scope, or the tenant may not use a bucket or prefix.'),
      413: problem('The body is too large.'),
      415: problem('The body is not JSON.'),
      429: { ...problem('Too many unfinished exports, or too many requests.'), headers: retryAfter },
    },
  },
  get: {
    operationId: 'listExports',
    tags: ['Native API'],
    summary: 'Exports of the tenant, newest first',
    parameters: [
      unlessKnown,
      query('limit', { type: 'integer', minimum: 1, maximum: 100, default: 20 }, 'Size of a page.'),
      query('cursor', { type: 'string' }, 'nextCursor of the page before.'),
      query('state', { enum: exportStateName.options }, 'Only exports in this state.'),
    ],
    responses: {
      200: tagged(answer('A page.', 'ExportList')),
      ...notModified,
      400: problem('A parameter is wrong.'),
      ...common,
    },
  },
};

const single: JsonObject = {
  parameters: [id],
  get: {
    operationId: 'getExport',
    tags: ['Native API'],
    summary: 'An export',
    parameters: [unlessKnown],
    responses: { 200: tagged(answer('The export.', 'Export')), ...notModified, ...one },
  },
  delete: {
    operationId: 'deleteExport',
    tags: ['Native API'],
    summary: 'Cancel an export; the same as POST …/cancel',
    responses: { 200: answer('The export as it is now.', 'Export'), ...one },
  },
};

const cancel: JsonObject = {
  parameters: [id],
  post: {
    operationId: 'cancelExport',
    tags: ['Native API'],
    summary: 'Cancel an export that has not ended',
    responses: { 200: answer('The export as it is now.', 'Export'), ...one },
  },
};

const events: JsonObject = {
  parameters: [id],
  get: {
    operationId: 'watchExport',
    tags: ['Native API'],
    summary: 'Server-sent events: the export now, at every change, and when it has ended',
    responses: {
      200: {
        description: 'Events named `export`, whose data is an Export; the stream ends with the export.',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...one,
    },
  },
};

const files: JsonObject = {
  parameters: ['storeId', 'bucket', 'key'].map(pathParameter),
  get: {
    operationId: 'getFile',
    tags: ['Files'],
    summary: 'An object of a `file` store, by its signed address',
    description:
      'Addresses come from `url` of a completed export. Range requests (RFC 9110 §14) of one range are answered.',
    security: [],
    parameters: [
      query('expires', { type: 'string' }, 'Epoch ms.'),
      query('signature', { type: 'string' }, 'Of all of the address.'),
      query('download', { type: 'string' }, 'The name to save it under.'),
    ],
    responses: {
      200: { description: 'The object.' },
      206: { description: 'The range.' },
      403: problem('The signature is wrong or has expired.'),
      404: problem('There is no such object.'),
      416: problem('The range is not in the object.'),
    },
  },
};

export const openApiPaths = (): JsonObject => ({
  [EXPORT_API_PATH]: exportApi,
  '/v1/exports': collection,
  '/v1/exports/{id}': single,
  '/v1/exports/{id}/cancel': cancel,
  '/v1/exports/{id}/events': events,
  '/v1/whoami': {
    get: {
      operationId: 'whoami',
      tags: ['Native API'],
      summary: 'The tenant of the token, and what it may use',
      responses: { 200: answer('The tenant.', 'Whoami'), ...common },
    },
  },
  '/files/{storeId}/{bucket}/{key}': files,
  ...filePaths({
    400: problem('A field is wrong.'),
    ...common,
    404: problem('There is no such object.'),
    415: problem('The body is not JSON.'),
  }),
});
