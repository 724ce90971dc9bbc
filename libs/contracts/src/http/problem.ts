import { z } from 'zod';
import { type ClipfleetError, errorTable } from '../errors.js';

/** RFC 9457 §3.1, and members of our own (§3.2): `code` is one of the error table, `field` what it is about. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional().meta({ description: 'The id of the request.' }),
  code: z.string(),
  field: z.string().optional(),
  problems: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type ProblemDetails = z.infer<typeof problemDetails>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Codes that tell what became of a job have no HTTP status of their own: thrown at a request, they are the server's fault. */
export const refusalStatus = (code: ClipfleetError['code']): number => {
  const { httpStatus } = errorTable[code];
  return httpStatus >= 400 ? httpStatus : 500;
};

export const problemOf = (error: ClipfleetError, instance?: string): ProblemDetails => {
  const { field, problems } = error.details as Pick<ProblemDetails, 'field' | 'problems'>;
  return {
    type: `urn:clipfleet:error:${error.code}`,
    title: errorTable[error.code].text,
    status: refusalStatus(error.code),
    detail: error.message,
    ...(instance === undefined ? {} : { instance }),
    code: error.code,
    ...(field === undefined ? {} : { field }),
    ...(problems === undefined ? {} : { problems }),
  };
};
