import type { TaskCompleted } from '@clipfleet/contracts';

/** What of `task.completed` the work itself knows. */
export type TaskReport = Omit<TaskCompleted, 'kind' | 'version' | 'exportId' | 'generation' | 'taskIndex'>;
