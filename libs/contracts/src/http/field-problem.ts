import { ClipfleetError } from '../errors.js';

/** What is wrong with one field: `${field} ${message}` is a sentence. */
export interface FieldProblem {
  field: string;
  message: string;
}

const MAX_SHOWN = 8;

/** One refusal for all that is wrong, so that a client fixes it in one go. Values are not echoed. */
export const fieldError = (problems: readonly FieldProblem[]): ClipfleetError => {
  const shown = problems.slice(0, MAX_SHOWN);
  const rest = problems.length - shown.length;
  const text = shown.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new ClipfleetError('bad-parameter', rest > 0 ? `${text}; and ${rest} more` : text, {
    details: { field: problems[0].field, problems: shown },
  });
};

export const oneFieldError = (field: string, message: string): ClipfleetError => fieldError([{ field, message }]);

/** A name a client sent, short and printable enough to be told back. */
export const printableName = (name: string): string => name.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
