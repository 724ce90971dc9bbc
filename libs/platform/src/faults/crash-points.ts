/**
 * The instants at which the crash tests end a process, named for what has just happened. Each lies on an arrow of the sequence
 * in ARCHITECTURE.md, whose crash table says what becomes of the export. Closed: a new one is a new line here and there.
 */
export const crashPoints = [
  // gateway
  'export.accepted',
  'outbox.taken',
  'outbox.published',
  'upload.intended',
  'upload.created',
  'upload.recorded',
  'plan.recorded',
  'plan.extended',
  'work.returned',
  'task.counted',
  'assembly.header',
  'assembly.begun',
  'assembly.completed',
  'assembly.written',
  'assembly.marked',
  'cleanup.begun',
  'cleanup.aborted',
  // planner
  'plan.begun',
  'plan.made',
  'plan.reported',
  'extension.made',
  'extension.reported',
  // planner and workers
  'return.told',
  // workers
  'task.reading',
  'ffmpeg.started',
  'part.written',
  'task.head-put',
  'task.written',
  'task.reported',
] as const;
export type CrashPoint = (typeof crashPoints)[number];
