import {
  annotations,
  clipRange,
  codecPolicy,
  container,
  cutMode,
  DEFAULT_PLAN_LIMITS,
  DEFAULT_STORYBOARD,
  exactCut,
  objectRef,
  output,
  playlistFormat,
} from '@clipfleet/timeline';
import type { Container, CutMode, Edit, Output } from '@clipfleet/timeline';
import { z } from 'zod';
import { type FieldProblem, fieldError } from '../field-problem.js';
import { bucketProblem, pathProblem, verbatimProblem } from '../object-key.js';
import { MAX_EPOCH_MS } from '../export-api/fields.js';

const checked = (problemOf: (text: string) => string | undefined) => (text: string, context: z.RefinementCtx) => {
  const problem = problemOf(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
};

const keyText = objectRef.shape.key
  .superRefine(checked(pathProblem))
  .refine((key) => !key.startsWith('/'), { error: 'begins with a slash' });
export const requestedObject = z.strictObject({
  storeId: z.string().min(1).max(63),
  bucket: z.string().superRefine(checked(bucketProblem)),
  key: keyText,
});

/** How long an output may be asked to stay. */
export const MIN_OUTPUT_EXPIRES_MS = 60_000;
export const MAX_OUTPUT_EXPIRES_MS = 365 * 24 * 3_600_000;

const MAX_CLIPS = 1000;
const MAX_LOCATIONS = 16;
const instant = z.int().max(MAX_EPOCH_MS);
const [whole, wallClock, fromStart] = clipRange.options;
const requestedRange = z.discriminatedUnion('kind', [
  z.strictObject(whole.shape),
  z.strictObject({ ...wallClock.shape, startEpochMs: instant.nonnegative(), durationMs: instant.positive() }),
  z.strictObject({ ...fromStart.shape, startMs: instant.nonnegative(), durationMs: instant.positive() }),
]);

const requestedEdit = z.strictObject({
  clips: z
    .array(
      z.strictObject({
        source: z.strictObject({
          format: playlistFormat,
          locations: z.array(requestedObject).min(1).max(MAX_LOCATIONS),
        }),
        range: requestedRange,
      }),
    )
    .min(1)
    .max(MAX_CLIPS),
});

const text = z.string().superRefine(checked(verbatimProblem));

const requestedOutput = z.strictObject({
  container,
  destination: requestedObject,
  cutMode: cutMode.optional().meta({ description: 'Default: exact; keyframe for ts; segment for playlists.' }),
  exact: z
    .strictObject(exactCut.shape)
    .optional()
    .meta({
      description:
        'Only with cutMode exact. edit-list (the default of mp4 and mov): what lies outside stays in the file, hidden. ' +
        'reencode: it is left out, and the pictures of the edges that need it are encoded anew; of a playlist, the segments at ' +
        'the edges, in one object beside it.',
    }),
  codec: codecPolicy.default({ kind: 'copy' }),
  overwrite: output.shape.overwrite.default(false),
  storeCopy: output.shape.storeCopy.default(true),
  clean: output.shape.clean.meta({
    description:
      'Only for ts. true: continuity counters and times are rewritten to go on without a break. false: the bytes of the segments as they are. Default: rewritten where the clip crosses a discontinuity.',
  }),
  pipeline: output.shape.pipeline.default('auto'),
  gapPolicy: output.shape.gapPolicy.default('fail'),
  annotations: z
    .strictObject({ project: text.max(1024), description: text.max(65_536) } satisfies Record<
      keyof typeof annotations.shape,
      unknown
    >)
    .default({ project: '', description: '' }),
  imageSize: z
    .strictObject({ width: z.int().min(1).max(16_384), height: z.int().min(1).max(16_384) })
    .optional()
    .meta({ description: 'Only for image.' }),
  imageFormat: output.shape.imageFormat.meta({ description: 'Only for image. Default: jpg.' }),
  storyboard: z
    .strictObject({
      columns: z.int().min(1).max(100).default(DEFAULT_STORYBOARD.columns),
      tileWidth: z
        .int()
        .min(16)
        .max(1024)
        .multipleOf(2)
        .default(DEFAULT_STORYBOARD.tileWidth)
        .meta({ description: 'Pixels; the height follows from the picture.' }),
      intervalMs: z.int().min(40).max(86_400_000).optional(),
      tileCount: z.int().min(1).max(DEFAULT_PLAN_LIMITS.maxTiles).optional(),
    })
    .optional()
    .meta({ description: 'Only for storyboard. Default: about a hundred tiles, no closer than a second.' }),
  expiresInMs: z.int().min(MIN_OUTPUT_EXPIRES_MS).max(MAX_OUTPUT_EXPIRES_MS).optional().meta({
    description:
      'The output, with what lies beside it, is removed so long after its completion. Default: CLIPFLEET_OUTPUT_EXPIRES_MS. It is part of what is asked for: the same export for another time is another one.',
  }),
});

/** Body of `POST /v1/exports`. */
export const nativeExportRequest = z.strictObject({
  edit: requestedEdit,
  output: requestedOutput,
  priority: z
    .enum(['high', 'normal', 'low'])
    .default('normal')
    .meta({ description: 'Among the exports of the same tenant that wait. Tenants take turns whatever theirs are.' }),
});
export type NativeExportRequest = z.input<typeof nativeExportRequest>;

const defaultCutModes: Record<Container, CutMode> = {
  ts: 'keyframe',
  mp4: 'exact',
  mov: 'exact',
  image: 'exact',
  storyboard: 'exact',
  playlist: 'segment',
  'playlist-json': 'segment',
  'playlist-jwe': 'segment',
};

const priorityRanks = { high: 1, normal: 0, low: -1 };

export interface RequestedExport {
  edit: Edit;
  output: Output;
  /** The higher goes first. It is no part of what is asked for: the same export under another priority is the same. */
  priority: number;
}

/** Throws `bad-parameter` that names every field that is wrong, by its path. */
export const readNativeExport = (body: unknown): RequestedExport => {
  const parsed = nativeExportRequest.safeParse(body);
  if (!parsed.success) throw fieldError(parsed.error.issues.map(toProblem));
  const { edit, output, priority } = parsed.data;
  const cut = output.cutMode ?? defaultCutModes[output.container];
  const problems = [...contradictions(output), ...exactProblems({ ...output, cutMode: cut })];
  if (problems.length > 0) throw fieldError(problems);
  const storyboard = output.container === 'storyboard' && { storyboard: output.storyboard ?? DEFAULT_STORYBOARD };
  return {
    edit,
    output: { ...output, ...storyboard, cutMode: cut },
    priority: priorityRanks[priority],
  };
};

const EDIT_LIST_CONTAINERS: ReadonlySet<Container> = new Set(['mp4', 'mov']);
const CUT_CONTAINERS: ReadonlySet<Container> = new Set(['mp4', 'mov', 'ts', 'playlist']);

const exactProblems = ({ container, cutMode, exact, pipeline }: Output): FieldProblem[] => {
  const [field, byField] = ['output.exact', 'output.exact.by'];
  if (exact === undefined) return [];
  if (cutMode !== 'exact') return [{ field, message: `contradicts cutMode ${cutMode}` }];
  if (!CUT_CONTAINERS.has(container)) return [{ field, message: `contradicts container ${container}` }];
  if (exact.by === 'edit-list' && !EDIT_LIST_CONTAINERS.has(container))
    return [{ field: byField, message: `contradicts container ${container}: it has no edit list` }];
  if (exact.by === 'reencode' && pipeline === 'single-ffmpeg')
    return [{ field: byField, message: 'contradicts pipeline single-ffmpeg, which copies and hides' }];
  return [];
};

/** Fields that are right by themselves and wrong together. */
const contradictions = ({ container, destination, ...output }: z.output<typeof requestedOutput>): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  const contradicts = `contradicts container ${container}`;
  if (output.imageSize !== undefined && container !== 'image')
    problems.push({ field: 'output.imageSize', message: contradicts });
  if (output.imageFormat !== undefined && container !== 'image')
    problems.push({ field: 'output.imageFormat', message: contradicts });
  if (output.storyboard !== undefined && container !== 'storyboard')
    problems.push({ field: 'output.storyboard', message: contradicts });
  if (output.storyboard?.intervalMs !== undefined && output.storyboard.tileCount !== undefined)
    problems.push({ field: 'output.storyboard.tileCount', message: 'and intervalMs exclude each other' });
  if (output.clean !== undefined && container !== 'ts') problems.push({ field: 'output.clean', message: contradicts });
  else if (output.clean === false && output.codec.kind === 'transcode')
    problems.push({ field: 'output.clean', message: 'contradicts an encode, which has no bytes of the source' });
  else if (output.clean === false && output.pipeline === 'single-ffmpeg')
    problems.push({ field: 'output.clean', message: 'contradicts pipeline single-ffmpeg' });
  // the track beside it has the same name with another extension
  if (container === 'storyboard' && !/[^/]\.jpe?g$/i.test(destination.key))
    problems.push({ field: 'output.destination.key', message: 'of a storyboard must end with .jpg' });
  return problems;
};

export const toProblem = (issue: z.core.$ZodIssue): FieldProblem => {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0].slice(0, 64);
    return { field: path === '' ? key : `${path}.${key}`, message: 'is not a field' };
  }
  return {
    field: path === '' ? 'body' : path,
    message: issue.code === 'custom' ? issue.message : `is wrong: ${issue.message}`,
  };
};
