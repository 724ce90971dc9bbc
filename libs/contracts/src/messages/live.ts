import { z } from 'zod';
import { exportHeader, versioned } from './header.js';

/** worker → gateway, plain NATS: how far a task is, in its `workBytes`. */
export const taskProgress = z.object({
  ...versioned('task.progress'),
  ...exportHeader,
  taskIndex: z.number().int().nonnegative(),
  doneBytes: z.number().int().nonnegative(),
});
export type TaskProgress = z.infer<typeof taskProgress>;

/** gateway → all gateways: drop what is cached of this export. */
export const exportChanged = z.object({
  ...versioned('export.changed'),
  exportId: z.uuid(),
  fingerprint: z.string(),
});
export type ExportChanged = z.infer<typeof exportChanged>;
