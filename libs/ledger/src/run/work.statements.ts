import type { Statement } from '../database/ledger-database.js';
import { exportColumns } from '../export/export-record.js';
import { failFileOf, succeedFileOf } from '../file/made-files.js';
import {
  assembleMessage,
  cleanupMessage,
  endedMessage,
  extensionMessage,
  insertMessages,
  insertTaskMessages,
  planMessage,
} from '../outbox/messages.js';
import { orderRemovals, postponeRemovals } from '../output/output-removal.statements.js';

/** Each with the whole `task.requested`. $7 kinds, $9 work bytes, $10 tasks; `firstIndex`: an expression. */
const insertTasks = (from: string, firstIndex: string): string => `
      INSERT INTO task (export_id, generation, task_index, kind, work_bytes, payload)
      SELECT ${from}.id, generation, ${firstIndex} + input.position - 1, input.kind, input.work_bytes,
        jsonb_build_object('kind', 'task.requested', 'version', 1, 'exportId', ${from}.id, 'generation', generation,
          'taskIndex', ${firstIndex} + input.position - 1,
          'upload', jsonb_build_object('uploadId', upload_id,
            'destination', jsonb_build_object('storeId', store_id, 'bucket', bucket,
              'key', coalesce(plan->>'uploadKey', key))),
          'task', input.task)
      FROM ${from}, unnest($7::text[], $9::bigint[], $10::jsonb[]) WITH ORDINALITY
        AS input(kind, work_bytes, task, position)`;

/**
 * A task's payload is its whole message, and its outbox row has none: a plan of thousands of segments is kept once.
 * $7 kinds, $8 subjects, $9 work bytes, $10 tasks.
 */
export const recordPlan: Statement = {
  name: 'work-record-plan',
  text: `
    WITH opened AS (
      SELECT id FROM upload WHERE export_id = $1 AND generation = $2 AND upload_id = $4 AND state = 'open' FOR UPDATE
    ), planned AS (
      UPDATE export SET state = CASE WHEN $5::int = 0 THEN 'assembling' ELSE 'running' END,
        plan = $3, upload_id = $4, tasks_total = $5, bytes_total = $6, plan_attempts = 0, plan_delivery = 0,
        planned_at = now(), started_at = now(), updated_at = now()
      WHERE id = $1 AND generation = $2 AND state IN ('queued', 'planning')
        AND ($4::text IS NULL OR EXISTS (SELECT FROM opened))
      RETURNING *
    ), used AS (
      UPDATE upload SET state = 'used' FROM planned, opened WHERE upload.id = opened.id
    ), removals AS (${postponeRemovals('planned')}
    ), tasks AS (${insertTasks('planned', '0')}
    ), task_messages AS (${insertTaskMessages('planned', '0')}
    ), empty_plan AS (
      SELECT * FROM planned WHERE state = 'assembling'
    ), messages AS (${insertMessages(assembleMessage('empty_plan'), extensionMessage('planned'))})
    SELECT ${exportColumns} FROM planned export`,
};

/**
 * $3 step, $4 plan, $5 tasks, $6 bytes; the others as above. Only the extension that the plan waits for changes anything. New
 * tasks are numbered on; the one that was completed last may have waited for a plan that says there are no more.
 */
export const extendPlan: Statement = {
  name: 'work-extend-plan',
  text: `
    WITH extended AS (
      UPDATE export SET plan = $4, tasks_total = tasks_total + $5::int, bytes_total = bytes_total + $6,
        planned_at = now(), plan_attempts = 0, plan_delivery = 0, updated_at = now(),
        state = CASE WHEN $4::jsonb->'growth' IS NULL AND tasks_done = tasks_total + $5::int THEN 'assembling' ELSE state END
      WHERE id = $1 AND generation = $2 AND state = 'running' AND (plan->'growth'->>'step')::int = $3
      RETURNING *, tasks_total - $5::int - 1 AS index_before
    ), tasks AS (${insertTasks('extended', 'index_before + 1')}
    ), task_messages AS (${insertTaskMessages('extended', 'index_before + 1')}
    ), whole_plan AS (
      SELECT * FROM extended WHERE state = 'assembling'
    ), messages AS (${insertMessages(assembleMessage('whole_plan'), extensionMessage('extended'))})
    SELECT ${exportColumns} FROM extended export`,
};

/**
 * The last task of a whole plan starts assembly; a plan that still grows has no last one.
 * Two last tasks at once update two task rows and then queue for the one export row: the second counts on what the first
 * committed, so exactly one of them sees the total.
 */
export const completeTask: Statement = {
  name: 'work-complete-task',
  text: `
    WITH done AS (
      UPDATE task SET state = 'completed', result = $4, ended_at = now()
      WHERE export_id = $1 AND generation = $2 AND task_index = $3 AND state = 'queued'
      RETURNING work_bytes
    ), counted AS (
      UPDATE export SET tasks_done = tasks_done + 1, bytes_done = bytes_done + done.work_bytes, updated_at = now(),
        state = CASE WHEN tasks_done + 1 = tasks_total AND plan->'growth' IS NULL THEN 'assembling' ELSE state END
      FROM done WHERE id = $1 AND generation = $2 AND state = 'running'
      RETURNING export.*
    ), finished AS (
      SELECT * FROM counted WHERE state = 'assembling'
    ), message AS (${insertMessages(assembleMessage('finished'))})
    SELECT ${exportColumns} FROM counted export`,
};

/** $3 delivery, $4 retryable, $5 most attempts, $6 code, $7 message, $8 details, $9 ms valid. */
const failedColumns = (when: string): string => `
  state = CASE WHEN ${when} THEN 'failed' ELSE state END,
  ended_at = CASE WHEN ${when} THEN now() END,
  valid_until = CASE WHEN ${when} THEN now() + $9 * interval '1 millisecond' END,
  error_code = CASE WHEN ${when} THEN $6 END,
  error_message = CASE WHEN ${when} THEN $7 END,
  error_details = CASE WHEN ${when} THEN $8::jsonb END,
  updated_at = now()`;

/** What else happens when an export fails. */
const endedBesides = (from: string): string =>
  `messages AS (${insertMessages(endedMessage(from), cleanupMessage(from))}), files AS (${failFileOf(from)})`;

const failAttemptOfExport = (name: string, attempts: string, delivery: string, when: string): Statement => ({
  name,
  text: `
    WITH counted AS (
      UPDATE export SET ${attempts} = ${attempts} + 1, ${delivery} = $3,
        ${failedColumns(`(NOT $4::boolean OR ${attempts} + 1 >= $5::int)`)}
      WHERE id = $1 AND generation = $2 AND ${when} AND ${delivery} < $3
      RETURNING *
    ), ended AS (
      SELECT * FROM counted WHERE state = 'failed'
    ), ${endedBesides('ended')}
    SELECT ${exportColumns} FROM counted export`,
});

export const failPlanAttempt = failAttemptOfExport(
  'work-fail-plan-attempt',
  'plan_attempts',
  'plan_delivery',
  `state IN ('queued', 'planning')`,
);

/** $10 step: a report of one that is done already tells nothing of the next. */
export const failExtensionAttempt = failAttemptOfExport(
  'work-fail-extension-attempt',
  'plan_attempts',
  'plan_delivery',
  `state = 'running' AND (plan->'growth'->>'step')::int = $10`,
);

export const failAssembleAttempt = failAttemptOfExport(
  'work-fail-assemble-attempt',
  'assemble_attempts',
  'assemble_delivery',
  `state = 'assembling'`,
);

/** $10 task index. */
export const failTaskAttempt: Statement = {
  name: 'work-fail-task-attempt',
  text: `
    WITH counted AS (
      UPDATE task SET attempts = attempts + 1, last_delivery = $3,
        state = CASE WHEN NOT $4::boolean OR attempts + 1 >= $5::int THEN 'failed' ELSE state END,
        ended_at = CASE WHEN NOT $4::boolean OR attempts + 1 >= $5::int THEN now() END
      WHERE export_id = $1 AND generation = $2 AND task_index = $10 AND state = 'queued' AND last_delivery < $3
      RETURNING state
    ), changed AS (
      UPDATE export SET ${failedColumns(`counted.state = 'failed'`).replaceAll('ELSE state', 'ELSE export.state')}
      FROM counted WHERE id = $1 AND generation = $2 AND ended_at IS NULL
      RETURNING export.*
    ), ended AS (
      SELECT * FROM changed WHERE state = 'failed'
    ), ${endedBesides('ended')}
    SELECT ${exportColumns} FROM changed export`,
};

export const fail: Statement = {
  name: 'work-fail',
  text: `
    WITH ended AS (
      UPDATE export SET state = 'failed', ended_at = now(), updated_at = now(),
        valid_until = now() + $6 * interval '1 millisecond',
        error_code = $3, error_message = $4, error_details = $5
      WHERE id = $1 AND generation = $2 AND ended_at IS NULL
      RETURNING *
    ), ${endedBesides('ended')}
    SELECT ${exportColumns} FROM ended export`,
};

/** The old run's tasks stay until the export is purged; its workers are stopped and its upload is cleaned by messages. */
const restartWhere = (name: string, condition: string): Statement => ({
  name,
  text: `
    WITH restarted AS (
      UPDATE export SET generation = generation + 1, state = 'queued', plan = NULL, upload_id = NULL, assembly = NULL,
        plan_attempts = 0, plan_delivery = 0, assemble_attempts = 0, assemble_delivery = 0,
        tasks_total = 0, tasks_done = 0, bytes_total = 0, bytes_done = 0,
        planned_at = NULL, started_at = NULL, updated_at = now()
      WHERE id = $1 AND generation = $2 AND ${condition} AND generation < $3
      RETURNING *
    ), messages AS (${insertMessages(
      planMessage('restarted'),
      endedMessage('restarted', 'generation - 1'),
      cleanupMessage('restarted', 'generation - 1'),
    )})
    SELECT ${exportColumns} FROM restarted export`,
});

export const restart = restartWhere('work-restart', 'ended_at IS NULL');

/** $4 task index. */
export const restartFromTask = restartWhere(
  'work-restart-from-task',
  `state = 'running' AND EXISTS (SELECT 1 FROM task
    WHERE task.export_id = $1 AND task.generation = $2 AND task_index = $4 AND task.state = 'queued')`,
);

export const recordAssembly: Statement = {
  name: 'work-record-assembly',
  text: `
    UPDATE export SET assembly = $3, updated_at = now()
    WHERE id = $1 AND generation = $2 AND state = 'assembling'
    RETURNING ${exportColumns}`,
};

/** $5, $6 what the file is that it makes, if it makes one; $7, $8 keys and etags of what was written. An output that is gone answers no request. */
export const markCompleted: Statement = {
  name: 'work-mark-completed',
  text: `
    WITH ended AS (
      UPDATE export SET state = 'completed', result = $3, ended_at = now(), updated_at = now(),
        expires_at = now() + expires_in_ms * interval '1 millisecond',
        valid_until = now() + least($4, expires_in_ms) * interval '1 millisecond'
      WHERE id = $1 AND generation = $2 AND state = 'assembling'
      RETURNING *
    ), closed AS (
      UPDATE upload SET state = 'completed', ended_at = now()
      FROM ended WHERE upload.export_id = ended.id AND upload.upload_id = ended.upload_id AND upload.state = 'used'
    ), messages AS (${insertMessages(endedMessage('ended'))}), files AS (${succeedFileOf('ended', '$5', '$6')}
    ), ${orderRemovals('ended', '$7', '$8')}
    SELECT ${exportColumns} FROM ended export`,
};

export const completedTasks: Statement = {
  name: 'work-completed-tasks',
  text: `
    SELECT task_index AS "taskIndex", kind, result FROM task
    WHERE export_id = $1 AND generation = $2 AND state = 'completed' ORDER BY task_index`,
};
