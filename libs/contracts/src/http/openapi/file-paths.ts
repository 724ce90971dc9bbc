import { CODE_PATH, TOKEN_PATH } from '../token-api/token-request.js';
import { answer, json, pathParameter, query, retryAfter } from './operation.js';
import type { JsonObject } from './schemas.js';

const tags = ['File API'];

const refusal = (description: string): JsonObject => answer(description, 'FileApiRefusal');
const common = {
  401: refusal('The token is not known, or has expired.'),
  403: refusal('The token does not have the scope that this needs.'),
  429: { ...refusal('The tenant sends too many requests.'), headers: retryAfter },
};
const refused = { 400: refusal('A parameter is wrong; error_msg names it.'), ...common };
const one = { ...common, 404: refusal('There is no such file or category.') };
const tooLarge = { 413: refusal('The body is too large.') };
const notJson = { 415: refusal('The body is not JSON.') };
const deleted = { 204: { description: 'Deleted.' } };

const body = (schema: string): JsonObject => ({ required: true, content: json(schema) });
const operation = (operationId: string, summary: string, more: JsonObject): JsonObject => ({
  operationId,
  tags,
  summary,
  ...more,
});

const page = [
  query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 20 }, 'Size of a page.'),
  query('offset', { type: 'integer', minimum: 0, default: 0 }, 'Where the page begins.'),
  query('order_by', { enum: ['created_at', '-created_at'], default: '-created_at' }, 'Oldest or newest first.'),
  query('return_total_count', { enum: ['0', '1'], default: '0' }, '1: meta.total_count is told.'),
];
const filters = [
  query('category', { type: 'string' }, 'The id of a category.'),
  query('id__in', { type: 'string' }, 'Ids by commas.'),
  query('media_type', { type: 'string' }, 'Only these.'),
  query('status', { type: 'string' }, 'Only these.'),
  query('name__contains', { type: 'string' }, 'Case matters.'),
  query(
    'where',
    { type: 'string', contentMediaType: 'application/json' },
    'A condition: $eq $ne $lt $lte $gt $gte $contains $regex $in $nin inside $and and $or.',
  ),
];

const files = (name: string): JsonObject => ({
  get: operation(`list${name}`, 'Files', {
    parameters: [...page, ...filters],
    responses: { 200: answer('A page.', 'FileList'), ...refused },
  }),
  delete: operation(`deleteMany${name}`, 'Delete files; those that are not there are left out', {
    parameters: [query('id__in', { type: 'string' }, 'Ids by commas; or in the body.')],
    requestBody: { content: json('FileIds') },
    responses: { ...deleted, ...refused },
  }),
});

const file = (name: string): JsonObject => ({
  parameters: [pathParameter('id')],
  get: operation(`get${name}`, 'A file', { responses: { 200: answer('The file.', 'File'), ...one } }),
  delete: operation(`deleteOne${name}`, 'Delete a file', { responses: { ...deleted, ...one } }),
});

const categories = (name: string): JsonObject => ({
  get: operation(`list${name}Categories`, 'Categories', {
    parameters: page,
    responses: { 200: answer('A page.', 'FileCategoryList'), ...refused },
  }),
  post: operation(`create${name}Category`, 'Create a category', {
    requestBody: body('FileCategoryRequest'),
    responses: { 201: answer('Created.', 'FileCategory'), ...refused, ...notJson },
  }),
});

const category = (name: string): JsonObject => ({
  parameters: [pathParameter('id')],
  get: operation(`get${name}Category`, 'A category', { responses: { 200: answer('It.', 'FileCategory'), ...one } }),
  put: operation(`rename${name}Category`, 'Rename a category', {
    requestBody: body('FileCategoryRequest'),
    responses: { 200: answer('Renamed.', 'FileCategory'), ...refused, ...one, ...notJson },
  }),
  delete: operation(`delete${name}Category`, 'Delete a category; its files stay', {
    responses: { ...deleted, ...one },
  }),
});

const upload = (name: string): JsonObject => ({
  post: operation(`announce${name}Upload`, 'Ask where to upload a file', {
    requestBody: body('UploadRequest'),
    responses: { 200: answer('Where, and with what.', 'UploadAnnounced'), ...refused, ...notJson },
  }),
});

const mediaOperations: readonly (readonly [path: string, id: string, summary: string, asks: string, tells: string])[] =
  [
    ['video-snapshot', 'videoSnapshot', 'A picture of a video', 'SnapshotRequest', 'File'],
    ['m3u8-concat', 'm3u8Concat', 'Playlists one after another', 'ConcatRequest', 'File'],
    ['m3u8-clip', 'm3u8Clip', 'Ranges of a playlist', 'ClipRequest', 'File'],
    ['video-clip', 'videoClip', 'The same as m3u8-clip', 'ClipRequest', 'File'],
    [
      'm3u8-meta',
      'm3u8Meta',
      'How long a playlist is, and where its segments end',
      'PlaylistMetaRequest',
      'PlaylistMeta',
    ],
    ['audio-video-meta', 'audioVideoMeta', 'What is in a media file', 'MediaMetaRequest', 'MediaMeta'],
  ];
const notAnswered = { 503: refusal('No worker answered in time. Ask again.') };
const tooMany = {
  429: { ...refusal('Too many unfinished exports, or too many requests.'), headers: retryAfter },
};

const mediaPaths = (api: string, suffix: string): JsonObject =>
  Object.fromEntries(
    mediaOperations.map(([path, id, summary, asks, tells]) => [
      `/${api}/v1/media/${path}/`,
      {
        post: operation(`${id}${suffix}`, summary, {
          requestBody: body(asks),
          responses: {
            200: answer(tells === 'File' ? 'The file that is made: pending at first.' : 'What is there.', tells),
            ...{ ...refused, ...one, ...notJson, ...(tells === 'File' ? tooMany : {}) },
            ...(tells === 'MediaMeta' && notAnswered),
          },
        }),
      },
    ]),
  );

const dialect = (api: 'oserve' | 'hserve', suffix: string, filePaths: readonly string[]): JsonObject => ({
  ...Object.fromEntries(
    filePaths.flatMap((path, index) => {
      const name = `StoredFile${suffix}${index === 0 ? '' : 'V22'}`;
      return [
        [`/${api}/${path}/`, files(`${name}s`)],
        [`/${api}/${path}/{id}/`, file(name)],
      ];
    }),
  ),
  [`/${api}/v1.3/file-category/`]: categories(`File${suffix}`),
  [`/${api}/v1.3/file-category/{id}/`]: category(`File${suffix}`),
  [`/${api}/v2.1/upload/`]: upload(suffix),
  ...mediaPaths(api, suffix),
});

const receiver: JsonObject = {
  post: operation('receiveUpload', 'Upload a file to the upload_url that was told', {
    security: [],
    parameters: [
      query('policy', { type: 'string' }, 'As told.'),
      query('authorization', { type: 'string' }, 'As told.'),
    ],
    requestBody: { required: true, content: { 'multipart/form-data': json('UploadForm')['application/json'] } },
    responses: {
      200: answer('Stored.', 'UploadReceived'),
      400: refusal('The form is not whole.'),
      403: refusal('The policy was altered or has expired.'),
      ...tooLarge,
      415: refusal('It is no form.'),
    },
  }),
};

const cdn: JsonObject = {
  parameters: ['tenant', 'cdn_path'].map(pathParameter),
  get: operation('readFile', 'The content of a file, by its address', {
    security: [],
    responses: {
      200: { description: 'A playlist, with addresses that play.' },
      302: { description: 'Anything else: where the store has it for the next hour.' },
      404: refusal('There is no such file.'),
    },
  }),
};

/** An address of the native API: what it refuses is told as there. */
const register = (problems: JsonObject): JsonObject => ({
  post: operation('registerFile', 'Make a file of a recording that lies in a bucket already', {
    requestBody: body('RegisterFileRequest'),
    responses: { 201: answer('The file, of one object always the same.', 'File'), ...problems },
  }),
});

const tokenRefused = {
  400: answer('A parameter is wrong (RFC 6749 §5.2).', 'TokenRefusal'),
  401: answer('The id or the secret is wrong, or the client has expired.', 'TokenRefusal'),
};
const tokenBody = (schema: string): JsonObject => {
  const media = json(schema)['application/json'];
  const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, media])) };
};
const tokenPath = (operationId: string, summary: string, asks: string, tells: string): JsonObject => ({
  post: operation(operationId, summary, {
    security: [],
    requestBody: tokenBody(asks),
    responses: { 200: answer('Told once.', tells), ...tokenRefused },
  }),
});

/** `/hserve` is what the vendor's SDK asks; it is the same API. */
export const filePaths = (problems: JsonObject): JsonObject => ({
  ...dialect('oserve', '', ['v2.2/file']),
  ...dialect('hserve', 'OfSdk', ['v2.1/uploaded-file', 'v2.2/uploaded-file']),
  '/hserve/v2.2/file-category/': { get: categories('FileOfSdkV22')['get'] },
  '/upload': receiver,
  '/cdn/{tenant}/{cdn_path}': cdn,
  '/v1/files:register': register(problems),
  [`${TOKEN_PATH}/`]: tokenPath('issueToken', 'A token for a client', 'TokenRequest', 'TokenAnswer'),
  [`${CODE_PATH}/`]: tokenPath(
    'issueCode',
    'A code for a client, to ask for a token with',
    'CodeRequest',
    'CodeAnswer',
  ),
});
