import { cleanupMessage, endedMessage, insertMessages } from '../outbox/messages.js';

/*
 * SQL for what exports and the files they make do to each other, as common table expressions of the statement that causes it:
 * a file is never pending after its export has ended.
 */

/** The file of a completed export. */
export const succeedFileOf = (from: string, mimeType: string, mediaType: string): string => `
      UPDATE file SET status = 'success', error_message = NULL, updated_at = now(),
        mime_type = ${mimeType}, media_type = ${mediaType}, size_bytes = (${from}.result->>'sizeBytes')::bigint
      FROM ${from} WHERE file.export_id = ${from}.id AND file.status = 'pending'`;

/** The file of a failed or cancelled export. */
export const failFileOf = (from: string): string => `
      UPDATE file SET status = 'failed', error_message = ${from}.error_message, updated_at = now()
      FROM ${from} WHERE file.export_id = ${from}.id AND file.status = 'pending'`;

/** Whose file is gone is not made any more. `from` has rows of files. */
export const cancelExportsOf = (from: string): string => `
    unwanted AS (
      UPDATE export SET state = 'cancelled', ended_at = now(), updated_at = now(), valid_until = now(),
        error_code = 'cancelled', error_message = 'The file was deleted or replaced.', error_details = '{}'
      FROM ${from} WHERE export.id = ${from}.export_id AND export.ended_at IS NULL
      RETURNING export.*
    ), unwanted_messages AS (${insertMessages(endedMessage('unwanted'), cleanupMessage('unwanted'))})`;
