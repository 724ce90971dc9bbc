import type { ObjectRef } from '@clipfleet/timeline';

const segmentsOf = ({ bucket, key }: ObjectRef): string[] => [bucket, ...key.split('/')];

/**
 * From one object to another of the same store, RFC 3986 §4.2: `<bucket>/<key>` are paths beside each other in a directory,
 * behind an endpoint with path-style addresses and behind the gateway; within one bucket the bucket's name is not needed.
 */
export const relativeUri = (from: ObjectRef, to: ObjectRef): string => {
  const base = segmentsOf(from).slice(0, -1);
  const target = segmentsOf(to);
  let common = 0;
  while (common < base.length && common < target.length - 1 && base[common] === target[common]) common++;
  const up = base.slice(common).map(() => '..');
  return [...up, ...target.slice(common).map(encodeURIComponent)].join('/');
};
