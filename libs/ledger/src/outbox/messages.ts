import { ENDED_BUCKET, workSubject } from '@clipfleet/contracts';

/*
 * SQL that writes messages into the outbox for each row of a common table expression `from`, which has the columns of
 * `export`. It is part of the statement that makes the change a message tells of, so that neither is without the other.
 *
 * JetStream drops a second message of the same id, and all kinds of work share one stream: plan `<export>:<generation>`,
 * task `<export>:<generation>:<index>`, others `<export>:<generation>:<kind>`.
 */
export const insertMessages = (...selects: string[]): string =>
  `INSERT INTO outbox (export_id, generation, subject, message_id, payload, headers) ${selects.join(' UNION ALL ')}`;

/**
 * The id of a message in the stream, of a row of `outbox`. One that was lost is sent again under another one, and so is one whose
 * work was given back.
 */
export const sentMessageId = `outbox.message_id || CASE WHEN redrives > 0 THEN ':r' || redrives ELSE '' END
      || CASE WHEN returns > 0 THEN ':t' || returns ELSE '' END`;

const header = (kind: string, generation = 'generation'): string =>
  `'kind', '${kind}', 'version', 1, 'exportId', id, 'generation', (${generation})`;

const traceHeaders = `CASE WHEN trace_parent IS NOT NULL THEN jsonb_build_object('traceparent', trace_parent) END`;

/** What the export's tenant may read now, and the places of the files it reads. */
const readable = (from: string): string => `(
      SELECT coalesce(jsonb_agg(jsonb_build_object('storeId', store_id, 'bucket', bucket, 'prefix', prefix)), '[]'::jsonb)
      FROM tenant_grant WHERE tenant_grant.tenant_id = ${from}.tenant_id AND can_read) || own_places`;

const planRequest = (from: string, generation = 'generation'): string => `
    jsonb_build_object(${header('export.requested', generation)}, 'edit', edit, 'output', output, 'readable', ${readable(from)},
      'acceptedAtMs', floor(extract(epoch FROM accepted_at) * 1000)::bigint)`;

/** Asks for the plan of a generation. All it says stands in the export's row: {@link payloadOf} reads it there. */
export const planMessage = (from: string, furtherColumns = ''): string => `
  SELECT id, generation, '${workSubject.plan}', id || ':' || generation, NULL::jsonb, ${traceHeaders}
    ${furtherColumns}
  FROM ${from}`;

/** The payload of a row of `outbox` that is LEFT JOINed with `task`: its own, its task's, or what asks for its export's plan. */
export const payloadOf = `coalesce(outbox.payload, task.payload, (
        SELECT ${planRequest('export', 'outbox.generation')} FROM export WHERE export.id = outbox.export_id))`;

/** The first message of an export waits for its turn where `isHeld`. Each export counts the same. */
export const insertFirstMessage = (from: string, isHeld: string): string => `
  INSERT INTO outbox (export_id, generation, subject, message_id, payload, headers, tenant_id, priority, cost, held)
  ${planMessage(from, `, tenant_id, priority, 1, ${isHeld}`)}`;

/**
 * The messages of the tasks of `from`, which wait for their turns; their payloads are those of their rows. `$8` subjects,
 * `$9` work bytes; `firstIndex`: an expression.
 */
export const insertTaskMessages = (from: string, firstIndex: string): string => `
  INSERT INTO outbox (export_id, generation, task_index, subject, message_id, headers, tenant_id, priority, cost, held)
  SELECT ${from}.id, generation, ${firstIndex} + input.position - 1, input.subject,
    ${from}.id || ':' || generation || ':' || (${firstIndex} + input.position - 1), ${traceHeaders},
    tenant_id, priority, greatest(input.work_bytes, 1), true
  FROM ${from}, unnest($8::text[], $9::bigint[]) WITH ORDINALITY AS input(subject, work_bytes, position)`;

/** The id of the message that asks for the extension a plan waits for. */
export const extensionMessageId = (from: string): string =>
  `${from}.id || ':' || ${from}.generation || ':extension:' || (${from}.plan->'growth'->>'step')`;

/** A plan of a recording that still grows asks for what comes next. */
export const extensionMessage = (from: string): string => `
  SELECT id, generation, '${workSubject.plan}', ${extensionMessageId(from)},
    ${planRequest(from)} || jsonb_build_object('resume', plan), ${traceHeaders}
  FROM ${from} WHERE plan->'growth' IS NOT NULL`;

export const assembleMessage = (from: string): string => `
  SELECT id, generation, '${workSubject.assemble}', id || ':' || generation || ':assemble',
    jsonb_build_object(${header('export.assemble')}), ${traceHeaders}
  FROM ${from}`;

/** `generation`: the expression of the run whose leftovers are to be cleaned. */
export const cleanupMessage = (from: string, generation = 'generation'): string => `
  SELECT id, ${generation}, '${workSubject.cleanup}', id || ':' || (${generation}) || ':cleanup',
    jsonb_build_object(${header('export.cleanup', generation)}), ${traceHeaders}
  FROM ${from}`;

/** Workers watch the bucket and stop work on what is in it: this run of the export and those before it. */
export const endedMessage = (from: string, generation = 'generation'): string => `
  SELECT id, ${generation}, '$KV.${ENDED_BUCKET}.' || id, id || ':' || (${generation}) || ':ended',
    jsonb_build_object(${header('export.ended', generation)}), ${traceHeaders}
  FROM ${from}`;

/** Whether what a row of `outbox` asks for is still to be done, by its `export` and, where it has one, its `task`. */
export const isToBeDone = `(
      (subject = '${workSubject.plan}' AND export.state IN ('queued', 'planning'))
      OR (subject = '${workSubject.assemble}' AND export.state = 'assembling')
      OR (export.state = 'running' AND task.state = 'queued')
      OR (export.state = 'running' AND message_id = ${extensionMessageId('export')}))`;
