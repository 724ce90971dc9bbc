import { z } from 'zod';
import { edit, objectRef, output, planGrowth, plannedTask, planSummary } from '@clipfleet/timeline';
import { exportHeader, versioned } from './header.js';

/** gateway → planner */
export const exportRequested = z.object({
  ...versioned('export.requested'),
  ...exportHeader,
  edit,
  output,
  /**
   * What the tenant may read. A playlist is written by whoever may write its folder: what it names must not reach further than
   * the tenant does.
   */
  readable: z.array(z.object({ storeId: z.string(), bucket: z.string(), prefix: z.string() })),
  /** Epoch ms when the export was accepted: growing recordings are waited for until a deadline after it. */
  acceptedAtMs: z.number().int(),
  /** The plan so far of a recording that grows: to be extended by what has come since. */
  resume: planSummary.extend({ growth: planGrowth }).optional(),
});
export type ExportRequested = z.infer<typeof exportRequested>;

/** The open multipart upload that becomes the output. */
export const uploadTarget = z.object({ destination: objectRef, uploadId: z.string().min(1) });
export type UploadTarget = z.infer<typeof uploadTarget>;

/** gateway → segment-worker, transcode-worker, thumb-worker (by the task's kind) */
export const taskRequested = z.object({
  ...versioned('task.requested'),
  ...exportHeader,
  /** 0-based index in the plan. */
  taskIndex: z.number().int().nonnegative(),
  upload: uploadTarget,
  task: plannedTask,
});
export type TaskRequested = z.infer<typeof taskRequested>;

/** gateway → gateway: all tasks are completed; write the header, complete the upload. */
export const assembleRequested = z.object({ ...versioned('export.assemble'), ...exportHeader });
export type AssembleRequested = z.infer<typeof assembleRequested>;

/** gateway → gateway: the export ended without an output; abort its uploads, delete what it left in the store. */
export const cleanupRequested = z.object({ ...versioned('export.cleanup'), ...exportHeader });
export type CleanupRequested = z.infer<typeof cleanupRequested>;
