import { CODE_PATH, EXPORT_API_PATH, TOKEN_PATH } from '@clipfleet/contracts';

const paths: readonly [RegExp, readonly string[]][] = [
  [new RegExp(`^${EXPORT_API_PATH}$`), ['POST']],
  [new RegExp(`^(${TOKEN_PATH}|${CODE_PATH})$`), ['POST']],
  [/^\/v1\/exports$/, ['GET', 'POST']],
  [/^\/v1\/exports\/[^/]+$/, ['GET', 'DELETE']],
  [/^\/v1\/exports\/[^/]+\/cancel$/, ['POST']],
  [/^\/v1\/exports\/[^/]+\/events$/, ['GET']],
  [/^\/(v1\/whoami|openapi\.json)?$/, ['GET']],
  [/^\/v1\/files:register$/, ['POST']],
  [/^\/files\/./, ['GET', 'HEAD']],
  [/^\/cdn\/[^/]+\/./, ['GET', 'HEAD']],
  [/^\/upload$/, ['POST']],
  [/^\/[oh]serve\/v2\.1\/upload$/, ['POST']],
  [/^\/(oserve\/v2\.2\/file|hserve\/v2\.[12]\/uploaded-file)(\/[^/]+)?$/, ['GET', 'DELETE']],
  [/^\/[oh]serve\/v1\/media\/(video-(snapshot|clip)|m3u8-(concat|clip|meta)|audio-video-meta)$/, ['POST']],
  [/^\/[oh]serve\/v(1\.3|2\.2)\/file-category$/, ['GET', 'POST']],
  [/^\/[oh]serve\/v(1\.3|2\.2)\/file-category\/[^/]+$/, ['GET', 'PUT', 'DELETE']],
];

/** The methods of a path that exists; undefined for one that does not. */
export const methodsOf = (path: string): readonly string[] | undefined =>
  paths.find(([pattern]) => pattern.test(path))?.[1];
