import { CompactEncrypt, compactDecrypt } from 'jose';
import { ClipfleetError } from '@clipfleet/contracts';
import type { CompletedTask, ExportRecord, PlanSummary } from '@clipfleet/ledger';
import {
  buildExportJson,
  bucketPath,
  type ObjectRef,
  type PlaylistDocument,
  type PlaylistEntry,
  renderMediaPlaylist,
  targetDurationSeconds,
  ticksToMs,
  type UriOf,
} from '@clipfleet/timeline';
import { playlistKeyBeside } from '../exports/sidecar-keys.js';
import { contentTypeOfContainer } from '../uploads/content-type.js';
import { relativeUri } from './relative-uri.js';
import { encodeText, plainObject, sameBytes, type SmallObject } from './small-object.js';

/** Of the JSON's shape. */
const EXPORT_JSON_VERSION = '1.0';

export type PlannedExport = ExportRecord & { plan: PlanSummary };

/**
 * The objects of a playlist output, the destination last: it says that the others are there. `jweKey` only for playlist-jwe.
 * `tasks`: those that have made the segments at the edges of an exact cut.
 */
export const playlistObjects = async (
  record: PlannedExport,
  jweKey: Uint8Array | undefined,
  tasks: readonly CompletedTask[],
): Promise<SmallObject[]> => {
  const { destination, output } = record;
  const { container } = output;
  const document = withMadeEdges(record, tasks);
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

/** What was planned of the segments at the edges, as it has become. */
const withMadeEdges = (record: PlannedExport, tasks: readonly CompletedTask[]): PlaylistDocument => {
  const document = documentOf(record);
  const made = tasks.flatMap(({ result }) => result.segments ?? []);
  const entries = document.entries.map((entry): PlaylistEntry => {
    if (entry.edgeIndex === undefined) return entry;
    const segment = made.at(entry.edgeIndex);
    if (segment === undefined) {
      const details = { exportId: record.id, edgeIndex: entry.edgeIndex };
      throw new ClipfleetError('internal', 'A segment of the playlist was not made.', { retryable: false, details });
    }
    const { startByte, endByte, durationTicks, startDeltaTicks = 0 } = segment;
    const wallClockMs = entry.wallClockMs === undefined ? undefined : entry.wallClockMs + ticksToMs(startDeltaTicks);
    return {
      ...entry,
      ...{ durationTicks, byteRange: [startByte, endByte] },
      ...(wallClockMs !== undefined && { wallClockMs }),
    };
  });
  return { ...document, entries, targetDurationSeconds: targetDurationSeconds(entries) };
};

/** Relative within a store, so that a copy of the tree, a mount or another address of it still plays. */
const uriFrom = (record: PlannedExport, from: ObjectRef): UriOf => {
  const { source } = documentOf(record);
  const { destination, plan } = record;
  return (key, bucket = source.bucket) => {
    // what was made lies beside the playlist, wherever its source is
    if (key === plan.uploadKey && bucket === destination.bucket) return relativeUri(from, { ...destination, key });
    return source.storeId === from.storeId
      ? relativeUri(from, { storeId: source.storeId, bucket, key })
      : bucketPath(key, bucket);
  };
};

/** RFC 7516 compact serialisation, direct encryption: `dir`, `A256GCM`. Every writing has its own initialisation vector. */
const encryptedObject = async (at: ObjectRef, json: string, key: Uint8Array | undefined): Promise<SmallObject> => {
  if (!key) {
    throw new ClipfleetError('bad-parameter', 'The tenant has no key for encrypted exports.', {
      details: { field: 'export_type' },
    });
  }
  const plaintext = encodeText(json);
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
  return { at, bytes: encodeText(jwe), contentType: contentTypeOfContainer['playlist-jwe'], equals };
};
