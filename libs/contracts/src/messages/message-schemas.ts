import { z } from 'zod';
import { exportEnded } from './ended.js';
import { attemptFailed, exportExtended, exportPlanned, taskCompleted, workReturned } from './events.js';
import { exportChanged, taskProgress } from './live.js';
import { probeAnswered, probeRequested } from './probe.js';
import { assembleRequested, cleanupRequested, exportRequested, taskRequested } from './work.js';

/** Every message of the fleet by its `kind`. */
export const messageSchemas = {
  'export.requested': exportRequested,
  'export.planned': exportPlanned,
  'export.extended': exportExtended,
  'task.requested': taskRequested,
  'task.completed': taskCompleted,
  'attempt.failed': attemptFailed,
  'work.returned': workReturned,
  'export.assemble': assembleRequested,
  'export.cleanup': cleanupRequested,
  'export.ended': exportEnded,
  'task.progress': taskProgress,
  'export.changed': exportChanged,
  'probe.requested': probeRequested,
  'probe.answered': probeAnswered,
} as const;
export type MessageKind = keyof typeof messageSchemas;

/** JSON Schema (2020-12) of a message: what another language would read it by, and what a change of it is seen by. */
export const messageJsonSchema = (kind: MessageKind): unknown => ({
  title: kind,
  ...z.toJSONSchema(messageSchemas[kind], { target: 'draft-2020-12', io: 'input' }),
});
