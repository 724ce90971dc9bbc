import { z } from 'zod';
import { fieldError } from '../field-problem.js';
import { requestedObject, toProblem } from '../native/export-request.js';
import { MAX_FILE_NAME_LENGTH, readCategoryId, readFileName } from './media-target.js';

const { storeId: store, bucket, key } = requestedObject.shape;

/** Body of `POST /v1/files:register`. */
export const registerBody = z.strictObject({
  store,
  bucket,
  key,
  name: z.string().max(MAX_FILE_NAME_LENGTH).optional().meta({ description: 'Default: the last name of the key.' }),
  category_id: z.string().nullish(),
});

export interface RegisterRequest {
  store: string;
  bucket: string;
  key: string;
  name: string;
  categoryId?: string;
}

/** Throws `bad-parameter` that names every field that is wrong. */
export const readRegisterRequest = (body: unknown): RegisterRequest => {
  const parsed = registerBody.safeParse(body);
  if (!parsed.success) throw fieldError(parsed.error.issues.map(toProblem));
  const { name, category_id: categoryId, ...at } = parsed.data;
  const lastName = at.key.slice(at.key.lastIndexOf('/') + 1);
  return {
    ...at,
    name: readFileName(name ?? lastName, name === undefined ? 'key' : 'name'),
    ...readCategoryId(categoryId),
  };
};
