import { z } from 'zod';
import { audioVideoMeta } from '../file-api/audio-video-meta.js';
import type { CategoryAnswer, FileAnswer } from '../file-api/file-answer.js';
import { codeAnswer, tokenAnswer, tokenRefusal } from '../token-api/token-request.js';

const unixSeconds = z.int().meta({ description: 'Unix seconds.' });
const fileIdText = z.string().regex(/^[0-9a-f]{24}$/);

const category = z.object({
  id: fileIdText,
  parent: z.null(),
  name: z.string(),
}) satisfies z.ZodType<CategoryAnswer>;

const file = z.object({
  id: fileIdText,
  name: z.string(),
  cdn_path: z.string().meta({ description: '16 base62 characters and the extension of the name, or the name itself.' }),
  path: z.string().meta({ description: 'Address of the content.' }),
  media_type: z.enum(['image', 'video', 'music', 'voice', 'other']),
  mime_type: z.string().nullable(),
  size: z.int().nonnegative().meta({ description: 'Bytes.' }),
  status: z.enum(['pending', 'running', 'success', 'failed']),
  error_msg: z.string().optional().meta({ description: 'Only of one that failed.' }),
  created_at: unixSeconds,
  updated_at: unixSeconds,
  reference: z.object({}) as unknown as z.ZodType<Record<string, never>>,
  created_by: z.int(),
  categories: z.array(category),
  category: (z.union([category, z.object({})]) as unknown as z.ZodType<FileAnswer['category']>)
    .optional()
    .meta({ description: 'Only on /hserve.' }),
}) satisfies z.ZodType<FileAnswer>;

const listOf = (element: z.ZodType): z.ZodType =>
  z.object({
    meta: z.object({
      limit: z.int(),
      offset: z.int(),
      next: z.string().nullable().meta({ description: 'A path with a query.' }),
      previous: z.string().nullable(),
      total_count: z.int().optional().meta({ description: 'Only with return_total_count.' }),
    }),
    objects: z.array(element),
  });

const target = {
  save_as: z.string().min(1).max(255).meta({ description: 'The name of the file that is made.' }),
  category_id: z.string().optional(),
  random_file_link: z.boolean().default(true).meta({
    description: 'false: the name is the path, and a file that has it is replaced.',
  }),
};
const source = fileIdText.meta({ description: 'The id of a file.' });
const output = z.enum(['m3u8', 'mp4', 'mov', 'ts']).default('m3u8').meta({ description: 'What is made. Ours.' });
const pair = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);
const pairs = z
  .union([pair, z.array(pair).min(1).max(200)])
  .optional()
  .meta({
    description: 'One pair or a list of pairs: seconds, or with index numbers of segments, from 0, both included.',
  });

/** Schemas of the file API, by their names in the document. */
export const fileApiSchemas: Readonly<Record<string, z.ZodType>> = {
  File: file,
  FileList: listOf(file),
  FileCategory: category,
  FileCategoryList: listOf(category),
  FileCategoryRequest: z.object({ name: z.string().min(1).max(255) }),
  FileIds: z.object({ id__in: z.union([z.string(), z.array(z.string()).max(1000)]) }),
  FileApiRefusal: z.object({ status: z.literal('error'), error_msg: z.string() }),
  UploadRequest: z.object({
    filename: z.string().min(1).max(255),
    category_id: z.string().optional(),
    prefix: z.string().max(512).optional().meta({
      description: 'A folder below which files keep their names, so that a playlist finds its segments. Ours.',
    }),
  }),
  UploadAnnounced: z.object({
    ...{ id: fileIdText, policy: z.string(), authorization: z.string(), path: z.string() },
    ...{ upload_url: z.string(), name: z.string(), cdn_path: z.string(), created_at: unixSeconds },
  }),
  UploadForm: z.object({
    file: z.string().meta({ format: 'binary' }),
    policy: z.string(),
    authorization: z.string(),
  }),
  UploadReceived: z.object({
    ...{ code: z.literal(200), message: z.literal('ok'), file_size: z.int(), url: z.string() },
    ...{ time: unixSeconds, mimetype: z.string().nullable() },
  }),
  SnapshotRequest: z.object({
    source: fileIdText.meta({ description: 'A media playlist that has an end, or a video file.' }),
    point: z.string().meta({ description: 'HH:MM:SS or HH:MM:SS.mmm, from the start.' }),
    ...target,
    size: z.string().optional().meta({ description: 'WIDTHxHEIGHT. Default: the video’s.' }),
    format: z.enum(['jpg', 'png', 'webp']).optional().meta({ description: 'Default: by the suffix of save_as.' }),
  }),
  ConcatRequest: z.object({ m3u8s: z.array(source).min(1).max(200), ...target, output }),
  ClipRequest: z.object({
    m3u8: source,
    ...target,
    include: pairs,
    exclude: pairs,
    index: z.boolean().default(false),
    accuracy: z.enum(['segment', 'exact']).default('segment').meta({
      description:
        'Of a cut by seconds. exact: where it was asked for; of an m3u8 the segments at the edges are made anew. Ours.',
    }),
    output,
  }),
  PlaylistMetaRequest: z.object({ m3u8: source }),
  PlaylistMeta: z.object({
    status_code: z.literal(200),
    message: z.literal('ok'),
    meta: z.object({
      duration: z.number().meta({ description: 'Seconds.' }),
      points: z.array(z.number()).meta({ description: 'Where segments end, in seconds.' }),
    }),
  }),
  MediaMetaRequest: z.object({ source }),
  MediaMeta: audioVideoMeta,
  TokenRequest: z.object({
    client_id: z.string(),
    client_secret: z.string(),
    grant_type: z.enum(['client_credentials', 'authorization_code']),
    code: z.string().optional().meta({ description: 'Of authorization_code.' }),
    scope: z.string().optional().meta({ description: 'By spaces. Default: all of the client’s.' }),
  }),
  CodeRequest: z.object({ client_id: z.string(), client_secret: z.string() }),
  TokenAnswer: tokenAnswer,
  CodeAnswer: codeAnswer,
  TokenRefusal: tokenRefusal,
};
