import type { Container } from '@clipfleet/timeline';
import { z } from 'zod';
import { askAgainMs, type ClipfleetError, type ErrorCode, errorTable } from '../../errors.js';
import type { ExportStateName } from '../native/export-resource.js';

/** The one form of every answer of the export API, refusals included. */
export const exportApiAnswer = z.object({
  ErrorCode: z.int().meta({ description: '0: finished; 1: working; others: see the error table.' }),
  ErrorMessage: z.string(),
  Version: z.literal('v1'),
  Status: z.union([z.literal(10_000), z.literal(11_000), z.literal(12_000)]).meta({
    description: '10000: finished; 11000: working; 12000: failed or refused.',
  }),
  VideoPath: z
    .string()
    .meta({ description: '`/` and the key of the ts, mp4, mov, json or tvu; from the first answer on.' }),
  ImagePath: z.string().meta({ description: 'The same of a thumbnail.' }),
  TimeWait: z
    .int()
    .nonnegative()
    .meta({ description: 'ms until it is worth asking again; 0 when there is nothing to wait for.' }),
});
export type ExportApiAnswer = z.infer<typeof exportApiAnswer>;

/** What an answer tells of a job. */
export interface AnsweredJob {
  state: ExportStateName;
  container: Container;
  destination: { key: string };
  errorCode?: ErrorCode;
  errorMessage?: string;
  retryAfterMs: number;
}

/** HTTP status 200: the request was right, whatever became of the job. */
export const jobAnswer = (job: AnsweredJob): ExportApiAnswer => {
  const path = `/${job.destination.key}`;
  const isImage = job.container === 'image';
  const paths = { VideoPath: isImage ? '' : path, ImagePath: isImage ? path : '' };
  switch (job.state) {
    case 'completed':
      return { ErrorCode: 0, ErrorMessage: '', Version: 'v1', Status: 10_000, ...paths, TimeWait: 0 };
    case 'failed':
    case 'cancelled': {
      const code = job.errorCode ?? (job.state === 'cancelled' ? 'cancelled' : 'internal');
      const { errorCode, text } = errorTable[code];
      const message = job.errorMessage || text;
      return { ErrorCode: errorCode, ErrorMessage: message, Version: 'v1', Status: 12_000, ...paths, TimeWait: 0 };
    }
    default:
      return {
        ErrorCode: 1,
        ErrorMessage: 'work not finish.',
        Version: 'v1',
        Status: 11_000,
        ...paths,
        TimeWait: Math.max(1, Math.round(job.retryAfterMs)),
      };
  }
};

/** The request itself was refused, and nothing was recorded. */
export const refusalAnswer = (error: ClipfleetError): ExportApiAnswer => ({
  ErrorCode: errorTable[error.code].errorCode,
  ErrorMessage: error.message,
  Version: 'v1',
  Status: 12_000,
  VideoPath: '',
  ImagePath: '',
  TimeWait: askAgainMs(error) ?? 0,
});
