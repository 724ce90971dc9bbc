import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { exportApiAnswer } from '../export-api/answer.js';
import { nameFields, readFields } from '../export-api/read-fields.js';
import { translateExport } from '../export-api/translate.js';
import { readNativeExport } from '../native/export-request.js';
import { exportResource } from '../native/export-resource.js';
import { problemDetails } from '../problem.js';
import * as examples from './examples.js';
import { openApiDocument } from './openapi-document.js';

const document = openApiDocument() as {
  paths: Record<string, unknown>;
  components: { schemas: Record<string, unknown> };
};
const collect = (value: unknown, key: string): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(name === key ? [member] : []),
    ...collect(member, key),
  ]);
};

describe('the OpenAPI document', () => {
  it('refers only to schemas it has', () => {
    const refs = collect(document, '$ref').map((ref) => /^#\/components\/schemas\/(\w+)$/.exec(String(ref))?.[1]);
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) expect(Object.keys(document.components.schemas)).toContain(ref);
  });

  it('names every operation once', () => {
    const ids = collect(document.paths, 'operationId');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('declares every parameter of its paths', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const declared = collect(item, 'parameters').flat() as { name: string; in: string }[];
      const inPath = declared.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
    }
  });

  it('is JSON Schema that a validator understands', () => {
    for (const schema of Object.values(document.components.schemas)) {
      expect(() => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])).not.toThrow();
    }
  });
});

describe('its examples', () => {
  it.each(Object.entries(examples.exportApiRequestExamples))(
    'of the export API: %s is accepted',
    (_name, { value }) => {
      const { fields } = readFields(nameFields(value));
      expect(() => translateExport(fields, { tenantId: 't', findStore: () => 'main' })).not.toThrow();
    },
  );

  it.each(Object.entries({ ...examples.exportApiAnswerExamples, ...examples.refusalExamples }))(
    'of an answer: %s has the form of answers',
    (_name, { value }) => {
      expect(exportApiAnswer.strict().safeParse(value).error).toBeUndefined();
    },
  );

  it('of the native API have their forms', () => {
    expect(() => readNativeExport(examples.nativeRequestExample)).not.toThrow();
    expect(exportResource.strict().safeParse(examples.exportResourceExample).error).toBeUndefined();
    expect(problemDetails.strict().safeParse(examples.problemExample).error).toBeUndefined();
  });
});
