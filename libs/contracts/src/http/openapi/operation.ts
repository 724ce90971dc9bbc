import type { JsonObject } from './schemas.js';

export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

export const json = (schema: string, more: JsonObject = {}): JsonObject => ({
  'application/json': { schema: ref(schema), ...more },
});

export const answer = (description: string, schema: string, example?: unknown): JsonObject => ({
  description,
  content: json(schema, example === undefined ? {} : { example }),
});

/** Of refusals that pass by themselves. */
export const retryAfter: JsonObject = {
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } },
};

export const query = (name: string, schema: JsonObject, description: string): JsonObject => ({
  name,
  in: 'query',
  schema,
  description,
});

export const pathParameter = (name: string): JsonObject => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
});
