import type { QueryTrigger, Sample } from '@clipfleet/deploy';

/** What KEDA's Prometheus trigger makes of an instant vector. Throws when that is no answer. */
export const queryValue = (samples: readonly Sample[], { name, ignoreNullValues }: QueryTrigger): number => {
  if (samples.length > 1) throw new Error(`${name}: the query has ${samples.length} results`);
  const value = samples.length === 0 ? NaN : Number(samples[0].value[1]);
  if (Number.isFinite(value)) return value;
  if (ignoreNullValues) return 0;
  throw new Error(`${name}: the query has no result`);
};
