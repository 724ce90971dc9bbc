import { openApiPaths } from './paths.js';
import { type JsonObject, openApiSchemas } from './schemas.js';

/** OpenAPI 3.1 of all HTTP APIs: docs/openapi.json, and what a gateway serves at /openapi.json. */
export const openApiDocument = (): JsonObject => ({
  openapi: '3.1.0',
  info: {
    title: 'Clipfleet',
    version: '1.0.0',
    summary: 'Exports of recorded live video',
    description: 'Error codes: docs/error-codes.md.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'Export API', description: 'One POST that is also its own poll.' },
    { name: 'Native API', description: 'Edits and outputs as the fleet knows them.' },
    { name: 'File API', description: 'Stored files, and what is made of them. Refusals are `{status, error_msg}`.' },
    { name: 'Files', description: 'Objects of `file` stores.' },
  ],
  paths: openApiPaths(),
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A token of the tenant.' } },
    schemas: openApiSchemas(),
  },
});
