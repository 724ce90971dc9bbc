import autocannon from 'autocannon';
import { EXPORT_API_PATH } from '@clipfleet/contracts';
import type { LoadFigures, LoadSize } from './load-sides.js';

/** Longer than any answer takes on a machine that is busy: one that takes longer is an error. */
const ANSWER_WITHIN_SECONDS = 60;

export interface LoadOptions extends LoadSize {
  url: string;
  /** One body for all, or a body for each. */
  body: string | (() => string);
}

/** POSTs to the export API's path as fast as answers come. Throws when an answer is a refusal, or none comes. */
export const postLoad = async ({ url, connections, durationSeconds, body }: LoadOptions): Promise<LoadFigures> => {
  const result = await autocannon({
    url,
    connections,
    duration: durationSeconds,
    timeout: ANSWER_WITHIN_SECONDS,
    requests: [
      {
        method: 'POST',
        path: EXPORT_API_PATH,
        headers: { 'content-type': 'application/json' },
        ...(typeof body === 'string' ? { body } : { setupRequest: (request) => ({ ...request, body: body() }) }),
      },
    ],
  });
  const { non2xx, errors, timeouts, latency } = result;
  const answered = result['2xx'];
  if (non2xx + errors + timeouts > 0)
    throw new Error(`${url}: ${non2xx} refusals, ${errors} errors, ${timeouts} timeouts of ${answered} answers`);
  return { answered, perSecond: answered / result.duration, p50Ms: latency.p50, p99Ms: latency.p99 };
};
