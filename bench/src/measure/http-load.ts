import autocannon from 'autocannon';
import { EXPORT_API_PATH } from '@clipfleet/contracts';

/** Clients that each send a request when the answer to their last one is there. */
const CONNECTIONS = 64;

export interface LoadOptions {
  url: string;
  durationSeconds: number;
  /** One body for all, or a body for each. */
  body: string | (() => string);
}

export interface LoadFigures {
  answered: number;
  perSecond: number;
}

/** POSTs to the export API's path as fast as answers come. Throws when an answer is a refusal, or none comes. */
export const postLoad = async ({ url, durationSeconds, body }: LoadOptions): Promise<LoadFigures> => {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: durationSeconds,
    requests: [
      {
        method: 'POST',
        path: EXPORT_API_PATH,
        headers: { 'content-type': 'application/json' },
        ...(typeof body === 'string' ? { body } : { setupRequest: (request) => ({ ...request, body: body() }) }),
      },
    ],
  });
  const { non2xx, errors, timeouts } = result;
  if (non2xx + errors + timeouts > 0)
    throw new Error(`${url}: ${non2xx} refusals, ${errors} errors, ${timeouts} timeouts of ${result['2xx']} answers`);
  return { answered: result['2xx'], perSecond: result['2xx'] / result.duration };
};
