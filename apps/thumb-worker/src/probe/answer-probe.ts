import { ClipfleetError, type ProbeAnswered, type ProbeRequested } from '@clipfleet/contracts';
import { ObjectStoreError, type ObjectStores } from '@clipfleet/object-store';
import type { MediaProber } from './media-prober.js';

type Answer = ProbeAnswered['answer'];

/** Whatever comes of a question is its answer: who asked waits now, another attempt would come too late. */
export const answerProbe = async (
  question: ProbeRequested,
  { prober, stores, signal }: { prober: MediaProber; stores: ObjectStores; signal: AbortSignal },
): Promise<Answer> => {
  try {
    const { media } = await prober.probe(question, stores.get(question.source.storeId), signal);
    return { ok: true, media };
  } catch (error) {
    // the process ends: another one may still answer in time
    if (signal.aborted) throw error;
    return { ok: false, ...reasonOf(error) };
  }
};

const reasonOf = (error: unknown): { reason: 'undecodable' | 'gone' | 'failed'; message: string } => {
  if (error instanceof ObjectStoreError && error.code === 'not-found')
    return { reason: 'gone', message: 'there is no such object' };
  if (error instanceof ClipfleetError && error.code === 'undecodable')
    return { reason: 'undecodable', message: error.message };
  return { reason: 'failed', message: error instanceof Error ? error.message : String(error) };
};
