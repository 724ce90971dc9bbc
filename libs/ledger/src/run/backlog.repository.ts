import type { TaskKind } from '@clipfleet/timeline';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';

/** What is still to be done of one kind of task. */
export interface Backlog {
  taskKind: TaskKind;
  workBytes: number;
}

/** How the ledger stands, of all that has not ended. */
export interface Standing {
  state: string;
  count: number;
  /** Since the one that stands still the longest was last touched. Those that wait for their turn do not stand still. */
  idleMs: number;
}

/**
 * Whether one waits is looked up by the index of its messages, behind OFFSET 0: a planner that last saw the tables when nothing waited
 * would read all that waits for each export, which took 2.8 s of a processor with some six thousand of them.
 */
export const standing: Statement = {
  name: 'backlog-standing',
  isPlannedAnew: true,
  text: `
    SELECT state, count(*)::float8 AS count,
      coalesce(extract(epoch FROM now() - min(updated_at) FILTER (WHERE NOT waits))::float8 * 1000, 0) AS "idleMs"
    FROM (
      SELECT state, updated_at, EXISTS (
        SELECT 1 FROM (SELECT held FROM outbox WHERE export_id = export.id OFFSET 0) AS message WHERE held) AS waits
      FROM export WHERE ended_at IS NULL
    ) AS unfinished
    GROUP BY state ORDER BY state`,
};

const unpublished: Statement = {
  name: 'backlog-unpublished',
  text: 'SELECT count(*)::float8 AS count FROM outbox WHERE published_at IS NULL AND NOT held AND not_before <= now()',
};

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

  standing(): Promise<Standing[]> {
    return this.database.query<Standing>(standing, []);
  }

  /** Messages that wait for the relay. */
  async unpublishedCount(): Promise<number> {
    const [{ count }] = await this.database.query<{ count: number }>(unpublished, []);
    return count;
  }
}
