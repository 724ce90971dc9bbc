import { z } from 'zod';
import { exportApiAnswer } from '../export-api/answer.js';
import { exportApiFields, type FieldSpec } from '../export-api/fields.js';
import { storageEntryFields, storagePurposes } from '../export-api/storage-info.js';
import { nativeExportRequest } from '../native/export-request.js';
import { exportList, exportResource, whoami } from '../native/export-resource.js';
import { registerBody } from '../file-api/register-request.js';
import { fileApiSchemas } from './file-schemas.js';
import { problemDetails } from '../problem.js';

export type JsonObject = Record<string, unknown>;

/** `io: input`: what may be sent; what is answered has no defaults, so it is the same there. */
const fromZod = (schema: z.ZodType): JsonObject => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return rest;
};

const fromField = (spec: FieldSpec): JsonObject => {
  const { description } = spec;
  const withDefault = spec.default === undefined ? {} : { default: spec.default };
  if (spec.type === 'boolean') return { type: 'boolean', description, ...withDefault };
  const values = spec.values === undefined ? {} : { enum: [...spec.values] };
  if (spec.type === 'integer')
    return { type: 'integer', minimum: spec.min, maximum: spec.max, description, ...values, ...withDefault };
  const pattern = spec.pattern === undefined ? {} : { pattern: spec.pattern.regex.source };
  return { type: 'string', maxLength: spec.maxBytes, description, ...values, ...pattern, ...withDefault };
};

const fromFields = (fields: Record<string, FieldSpec>, required: string[], description: string): JsonObject => ({
  type: 'object',
  description,
  properties: Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, fromField(spec)])),
  required,
});

export const openApiSchemas = (): JsonObject => ({
  ExportApiRequest: fromFields(
    exportApiFields,
    ['FileName', 'storage_info'],
    'Keys are matched without case. null and "" count as absent. Unknown keys are accepted and told back in the header `Clipfleet-Ignored-Fields`.',
  ),
  StorageEntry: fromFields(
    storageEntryFields,
    ['storage_purpose', 'storage_type', 'storage_location', 'storage_name'],
    `One entry of the JSON array in storage_info. Purposes: ${storagePurposes.join(', ')}.`,
  ),
  ExportApiAnswer: fromZod(exportApiAnswer),
  ExportRequest: fromZod(nativeExportRequest),
  Export: fromZod(exportResource),
  ExportList: fromZod(exportList),
  Whoami: fromZod(whoami),
  Problem: fromZod(problemDetails),
  ...Object.fromEntries(Object.entries(fileApiSchemas).map(([name, schema]) => [name, fromZod(schema)])),
  RegisterFileRequest: fromZod(registerBody),
});
