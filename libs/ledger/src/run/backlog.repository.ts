import type { TaskKind } from '@clipfleet/timeline';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';

/** What is still to be done of one kind of task. */
export interface Backlog {
  taskKind: TaskKind;
  workBytes: number;
}

/** By way of the unfinished exports, of which there is an index. */
const unfinished: Statement = {
  name: 'backlog-unfinished',
  text: `
    SELECT task.kind AS "taskKind", sum(task.work_bytes)::float8 AS "workBytes"
    FROM export JOIN task ON task.export_id = export.id AND task.generation = export.generation
    WHERE export.ended_at IS NULL AND export.state = 'running' AND task.state = 'queued'
    GROUP BY task.kind ORDER BY task.kind`,
};

/** How much work the fleet has. */
export class BacklogRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** Tasks of running exports that are not completed, whole, also where a worker has begun. */
  unfinished(): Promise<Backlog[]> {
    return this.database.query<Backlog>(unfinished, []);
  }
}
