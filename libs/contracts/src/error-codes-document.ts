import { type ErrorCode, errorTable } from './errors.js';

/** docs/error-codes.md: the public table, made from the one in `errors.ts`. */
export const errorCodesDocument = (): string => {
  const entries = Object.entries(errorTable) as [ErrorCode, (typeof errorTable)[ErrorCode]][];
  const [refusals, failures] = [true, false].map((refused) =>
    entries.filter(([, { httpStatus }]) => httpStatus >= 400 === refused).map(row),
  );
  return [
    '# Error codes',
    '',
    'Made from `libs/contracts/src/errors.ts` by `npm run generate`.',
    '',
    '`code` is what the native API and the logs say; `ErrorCode` is what the export API says (0: finished, 1: working). Several',
    'codes share a number where clients of the export API know no finer one: `ErrorMessage` names what is wrong.',
    '',
    '## Refused requests',
    '',
    'Nothing was recorded. The HTTP status says so; the export API answers with `Status` 12000 beside it.',
    '',
    '| code | ErrorCode | HTTP | |',
    '|---|---|---|---|',
    ...refusals,
    '',
    '## Failed exports',
    '',
    'Told through the status of the export, with HTTP 200. The native API shows them as `error.code`. Thrown at a request itself,',
    'they are HTTP 500. “Tried again” means by the fleet itself, before the export fails.',
    '',
    '| code | ErrorCode | tried again | |',
    '|---|---|---|---|',
    ...failures,
    '',
  ].join('\n');
};

const row = ([code, { errorCode, httpStatus, retryable, text }]: [ErrorCode, (typeof errorTable)[ErrorCode]]): string =>
  `| \`${code}\` | ${errorCode} | ${httpStatus >= 400 ? httpStatus : retryable ? 'yes' : 'no'} | ${text} |`;
