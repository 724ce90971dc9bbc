import { type AttemptFailed, ClipfleetError } from '@clipfleet/contracts';
import type { StreamMessage, SubjectRow } from './message-table.js';

const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_DETAILS_CHARACTERS = 20_000;

export interface FailedDelivery {
  row: SubjectRow & { workRef: NonNullable<SubjectRow['workRef']> };
  message: StreamMessage;
  streamSequence: number;
  deliveryCount: number;
  error: ClipfleetError;
}

/** The report of a failed attempt and its message id: one report for each delivery, however often it is published. */
export const attemptReport = (failed: FailedDelivery): { message: AttemptFailed; msgId: string } => {
  const { row, message, error, deliveryCount } = failed;
  return {
    msgId: `failed:${message.exportId}:${message.generation}:${row.durable}:${failed.streamSequence}:${deliveryCount}`,
    message: {
      kind: 'attempt.failed',
      version: 1,
      exportId: message.exportId,
      generation: message.generation,
      work: row.workRef(message),
      deliveryCount,
      code: error.code,
      message: error.message.slice(0, MAX_MESSAGE_CHARACTERS),
      details: plainDetails(error.details),
      retryable: error.retryable,
    },
  };
};

/** Details that cannot travel (cycles, bigints, a dump of a log) must not keep the report from travelling. */
const plainDetails = (details: Record<string, unknown>): Record<string, unknown> => {
  try {
    const json = JSON.stringify(details);
    return json.length <= MAX_DETAILS_CHARACTERS
      ? (JSON.parse(json) as Record<string, unknown>)
      : { omitted: 'too large' };
  } catch {
    return { omitted: 'not JSON' };
  }
};

export const deliveredTooOften = (deliveryCount: number): ClipfleetError =>
  new ClipfleetError('internal', `delivered too often: ${deliveryCount} times, and never settled`, {
    retryable: false,
    details: { deliveryCount },
  });
