import { EXPORT_API_PATH } from '@clipfleet/contracts';

const paths: readonly [RegExp, readonly string[]][] = [
  [new RegExp(`^${EXPORT_API_PATH}$`), ['POST']],
  [/^\/v1\/exports$/, ['GET', 'POST']],
  [/^\/v1\/exports\/[^/]+$/, ['GET', 'DELETE']],
  [/^\/v1\/exports\/[^/]+\/cancel$/, ['POST']],
  [/^\/v1\/exports\/[^/]+\/events$/, ['GET']],
  [/^\/(v1\/whoami|openapi\.json)?$/, ['GET']],
  [/^\/files\/./, ['GET', 'HEAD']],
];

/** The methods of a path that exists; undefined for one that does not. */
export const methodsOf = (path: string): readonly string[] | undefined =>
  paths.find(([pattern]) => pattern.test(path))?.[1];
