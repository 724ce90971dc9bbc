import { CompactEncrypt, compactDecrypt } from 'jose';
import { ClipfleetError } from '@clipfleet/contracts';
import type { ExportRecord, PlanSummary } from '@clipfleet/ledger';
import { buildExportJson, bucketPath, type ObjectRef, renderMediaPlaylist, type UriOf } from '@clipfleet/timeline';
import { playlistKeyBeside } from '../exports/sidecar-keys.js';
import { contentTypeOfContainer } from '../uploads/content-type.js';
import { relativeUri } from './relative-uri.js';

/** Of the JSON's shape. */
const EXPORT_JSON_VERSION = '1.0';

/** A small object the gateway writes itself. */
export interface PlaylistObject {
  at: ObjectRef;
  bytes: Uint8Array;
  contentType: string;
  /** Whether an object that is there already is this one. */
  equals(existing: Uint8Array): Promise<boolean>;
}

export type PlannedExport = ExportRecord & { plan: PlanSummary };

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

const plainObject = (at: ObjectRef, text: string, contentType: string): PlaylistObject => {
  const bytes = encode(text);
  return { at, bytes, contentType, equals: async (existing) => sameBytes(bytes, existing) };
};

/**
 * The objects of a playlist output, the destination last: it says that the others are there. `jweKey` only for playlist-jwe.
 */
export const playlistObjects = async (
  record: PlannedExport,
  jweKey: Uint8Array | undefined,
): Promise<PlaylistObject[]> => {
  const { destination, output } = record;
  const { container } = output;
  const document = documentOf(record);
  const contentType = contentTypeOfContainer[container];
  if (container === 'playlist')
    return [plainObject(destination, renderMediaPlaylist(document, uriFrom(record, destination)), contentType)];
  const filePath = `/${destination.key}`;
  const uriOf = uriFrom(record, destination);
  const { coverage } = record.plan;
  const json = JSON.stringify(
    buildExportJson(document, output.annotations, coverage, EXPORT_JSON_VERSION, filePath, uriOf),
    undefined,
    2,
  );
  if (container === 'playlist-jwe') return [await encryptedObject(destination, json, jweKey)];
  const beside = { ...destination, key: playlistKeyBeside(destination.key) };
  return [
    plainObject(beside, renderMediaPlaylist(document, uriFrom(record, beside)), contentTypeOfContainer.playlist),
    plainObject(destination, json, contentType),
  ];
};

const documentOf = ({ plan, id }: PlannedExport) => {
  if (plan.playlist) return plan.playlist;
  throw new ClipfleetError('internal', 'The plan has no playlist.', { retryable: false, details: { exportId: id } });
};

/** Relative within a store, so that a copy of the tree, a mount or another address of it still plays. */
const uriFrom = (record: PlannedExport, from: ObjectRef): UriOf => {
  const { source } = documentOf(record);
  if (source.storeId !== from.storeId) return bucketPath;
  return (key) => relativeUri(from, { storeId: source.storeId, bucket: source.bucket, key });
};

/** RFC 7516 compact serialisation, direct encryption: `dir`, `A256GCM`. Every writing has its own initialisation vector. */
const encryptedObject = async (at: ObjectRef, json: string, key: Uint8Array | undefined): Promise<PlaylistObject> => {
  if (!key) {
    throw new ClipfleetError('bad-parameter', 'The tenant has no key for encrypted exports.', {
      details: { field: 'export_type' },
    });
  }
  const plaintext = encode(json);
  const jwe = await new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'JWE', cty: 'application/json' })
    .encrypt(key);
  const equals = async (existing: Uint8Array): Promise<boolean> => {
    try {
      return sameBytes((await compactDecrypt(existing, key)).plaintext, plaintext);
    } catch {
      return false;
    }
  };
  return { at, bytes: encode(jwe), contentType: contentTypeOfContainer['playlist-jwe'], equals };
};
