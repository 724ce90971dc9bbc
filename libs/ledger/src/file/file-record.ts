import type { ObjectRef } from '@clipfleet/timeline';

export type FileMediaType = 'image' | 'video' | 'music' | 'voice' | 'other';

/** `pending`: its export waits; `running`: it is made; `success`: the object is there; `failed`: there will be none. */
export type FileStatus = 'pending' | 'running' | 'success' | 'failed';

export interface FileCategory {
  id: string;
  name: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface FileRecord {
  /** 24 hex characters. */
  id: string;
  name: string;
  /** Its address below the tenant's; unique there. */
  cdnPath: string;
  at: ObjectRef;
  mediaType: FileMediaType;
  /** Null until it is known. */
  mimeType: string | null;
  sizeBytes: number;
  status: FileStatus;
  errorMessage: string | null;
  /** The export that makes or made it, as long as the ledger keeps that. */
  exportId: string | null;
  category: Pick<FileCategory, 'id' | 'name'> | null;
  createdAtMs: number;
  updatedAtMs: number;
  /** Where the file stands in a list: opaque, for the next page. */
  position: string;
}

const epochMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

export const fileColumns = `
  file.id, file.name, file.cdn_path AS "cdnPath", file.media_type AS "mediaType", file.mime_type AS "mimeType",
  jsonb_build_object('storeId', file.store_id, 'bucket', file.bucket, 'key', file.key) AS at,
  file.size_bytes::float8 AS "sizeBytes", file.status, file.error_message AS "errorMessage",
  file.export_id AS "exportId",
  (SELECT jsonb_build_object('id', category.id, 'name', category.name)
    FROM file_category category WHERE category.id = file.category_id) AS category,
  ${epochMs('file.created_at')} AS "createdAtMs", ${epochMs('file.updated_at')} AS "updatedAtMs",
  (extract(epoch FROM file.created_at) * 1000000)::bigint || '.' || file.id AS position`;

export const categoryColumns = `
  id, name, ${epochMs('created_at')} AS "createdAtMs", ${epochMs('updated_at')} AS "updatedAtMs"`;
