import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from '../index.js';
import { type MessageKind, messageSchemas } from './message-schemas.js';

const goldenFolder = new URL('./golden/', import.meta.url);
const readJson = (name: string, folder: URL): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const goldens = readdirSync(goldenFolder).map((file) => ({
  file,
  message: readJson(file, goldenFolder) as { kind: MessageKind },
}));
const kinds = Object.keys(messageSchemas) as MessageKind[];

describe('every message', () => {
  it('of the library is in the table', () => {
    const isMessage = (value: unknown): value is z.ZodObject<{ kind: z.ZodLiteral<string> }> =>
      value instanceof z.ZodObject && value.shape['kind'] instanceof z.ZodLiteral && 'version' in value.shape;
    const exported = (Object.values(contracts) as unknown[]).filter(isMessage).map((schema) => schema.shape.kind.value);
    expect(new Set(exported)).toEqual(new Set(kinds));
  });

  it.each(kinds)('%s has a golden file', (kind) => {
    expect(goldens.map(({ message }) => message.kind)).toContain(kind);
  });

  it.each(goldens)(
    'in golden/$file reads as it was written: an older process’s messages stay readable',
    ({ message }) => {
      expect(messageSchemas[message.kind].strict().parse(message)).toEqual(message);
    },
  );

  it.each(goldens)('in golden/$file is refused in another version', ({ message }) => {
    expect(messageSchemas[message.kind].safeParse({ ...message, version: 2 }).success).toBe(false);
  });
});
