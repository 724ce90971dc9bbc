import { container, coverage, objectRef, planWarning, span, storyboardSheet } from '@clipfleet/timeline';
import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../errors.js';

export const exportStateName = z.enum([
  'queued',
  'planning',
  'running',
  'assembling',
  'completed',
  'failed',
  'cancelled',
]);
export type ExportStateName = z.infer<typeof exportStateName>;

/** An address that gives the object to whoever holds it, until it expires. */
export const signedFile = z.object({ key: z.string(), url: z.string(), expiresAtMs: z.int() });

const achievedCoverage = coverage.extend({ achieved: span });

/** An export as the native API shows it. */
export const exportResource = z.object({
  id: z.uuid(),
  state: exportStateName,
  generation: z.int().min(1).meta({ description: 'Counts the times the export was started anew.' }),
  fingerprint: z.string().meta({ description: 'Identity of (tenant, edit, output): equal requests have equal ones.' }),
  container,
  destination: objectRef,
  progress: z.object({
    doneBytes: z.number().nonnegative(),
    totalBytes: z
      .number()
      .nonnegative()
      .meta({ description: '0 until the plan is known; expected, while the recording still grows.' }),
    ratio: z.number().min(0).max(1),
  }),
  retryAfterMs: z.number().nonnegative(),
  error: z
    .object({
      code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    })
    .optional(),
  result: z
    .object({
      coverage: achievedCoverage,
      clips: z
        .array(achievedCoverage)
        .optional()
        .meta({ description: 'Of an edit of several clips: what is covered of each, on its own clock.' }),
      sizeBytes: z.number().nonnegative(),
      storeCopyBytes: z.number().nonnegative().meta({ description: 'Copied inside the store.' }),
      workerBytes: z.number().nonnegative().meta({ description: 'Passed through workers and gateway.' }),
      videoFrameCount: z.number().nonnegative().optional().meta({
        description:
          'Pictures that the output shows. Absent where there are none, and of a ts that has parts which were copied or streamed as they are: nobody has looked at their pictures, and reading a copy only to count them would cost what it saves. With `clean: true` every picture is counted.',
      }),
      encodedFrameCount: z.number().nonnegative().optional().meta({
        description:
          "Of an exact cut by `reencode`: pictures at the edges that were encoded anew; all others are the recording's own. 0 where both ends fall between pictures that need nothing from beyond; many, up to all, where no picture begins anew near an edge (open GOPs, or GOPs of many seconds). Absent of every other export: one by edit list encodes none, a profile encodes all.",
      }),
      storyboard: storyboardSheet.optional(),
      warnings: z.array(planWarning),
    })
    .optional(),
  files: z
    .array(signedFile)
    .optional()
    .meta({ description: 'Of a completed export: the output first, then what lies beside it.' }),
  url: z.string().optional().meta({ description: 'Address of the output of a completed export: files[0].url.' }),
  expiresAtMs: z.number().optional().meta({
    description: 'Of a completed export whose output expires: when. From then on there are neither files nor url.',
  }),
  createdAtMs: z.number(),
  completedAtMs: z.number().optional(),
});
export type ExportResource = z.infer<typeof exportResource>;

export const exportList = z.object({ items: z.array(exportResource), nextCursor: z.string().optional() });
export type ExportList = z.infer<typeof exportList>;

/** Query of `GET /v1/exports`: texts, as a URL has them. */
export const exportListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(512).optional(),
  state: exportStateName.optional(),
});

export const whoami = z.object({
  tenant: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  limits: z.record(z.string(), z.number()),
  grants: z.array(
    z.object({
      storeId: z.string(),
      bucket: z.string(),
      prefix: z.string(),
      canRead: z.boolean(),
      canWrite: z.boolean(),
    }),
  ),
  scopes: z.array(z.string()),
});
export type Whoami = z.infer<typeof whoami>;
