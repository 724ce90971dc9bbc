import { errorCodesDocument } from './error-codes-document.js';
import { openApiDocument } from './http/openapi/openapi-document.js';
import { messageJsonSchema, type MessageKind, messageSchemas } from './messages/message-schemas.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Files that are made from code and committed, by their path in the repository, so that a change of a contract shows in its
 * review. `npm run generate` writes them; a test compares.
 */
export const committedCopies = (): Record<string, string> => ({
  'docs/openapi.json': json(openApiDocument()),
  'docs/error-codes.md': errorCodesDocument(),
  ...Object.fromEntries(
    (Object.keys(messageSchemas) as MessageKind[]).map((kind) => [
      `libs/contracts/schemas/${kind}.json`,
      json(messageJsonSchema(kind)),
    ]),
  ),
});
