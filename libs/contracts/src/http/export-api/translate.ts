import type { Annotations, Edit, ObjectRef, Output } from '@clipfleet/timeline';
import { fingerprintOf, pathIdOf } from '../../fingerprint.js';
import { type FieldProblem, fieldError } from '../field-problem.js';
import { MAX_KEY_BYTES, utf8Bytes } from '../object-key.js';
import type { ExportApiFields } from './fields.js';
import { readRequestedOutput, type RequestedOutput } from './requested-output.js';
import { readStorageInfo, type StorageEntry } from './storage-info.js';

/** The id of the configured store of a driver and location; undefined: there is none. */
export type FindStore = (driver: 's3' | 'file', location: string) => string | undefined;

export interface TranslationContext {
  tenantId: string;
  findStore: FindStore;
  /** Who sees the same storage_info again and again may know what it says. Default: {@link readStorageInfo}. */
  readStorage?: typeof readStorageInfo;
}

/** A request of the export API as the fleet's one kind of job. */
export interface TranslatedExport {
  fingerprint: string;
  edit: Edit;
  output: Output;
  /** Kept beside the export, never interpreted. Holds no SessionId. */
  facts: Record<string, string>;
}

/** Checked fields → job. Throws `bad-parameter`; whether the tenant may use the objects is the caller's to ask. */
export const translateExport = (fields: ExportApiFields, context: TranslationContext): TranslatedExport => {
  const requested = readRequestedOutput(fields);
  const { readStorage = readStorageInfo } = context;
  const entries = readStorage(fields.storage_info as string, fields.IsUriEncode);
  const stores = locateStores(entries, context.findStore);
  const edit = editOf(requested, entries, stores);
  const output = outputOf(fields, requested, uploadEntry(entries), { stores, edit, tenantId: context.tenantId });
  return {
    fingerprint: fingerprintOf({ tenantId: context.tenantId, edit, output }),
    edit,
    output,
    facts: factsOf(fields),
  };
};

const locateStores = (entries: readonly StorageEntry[], findStore: FindStore): Map<StorageEntry, string> => {
  const problems: FieldProblem[] = [];
  const stores = new Map<StorageEntry, string>();
  for (const entry of entries) {
    const storeId = findStore(entry.type === 'S3' ? 's3' : 'file', entry.location);
    if (storeId !== undefined) stores.set(entry, storeId);
    else {
      const field = `storage_info[${entry.index}].storage_location`;
      problems.push({ field, message: `names no ${entry.type} store of this fleet` });
    }
  }
  if (problems.length > 0) throw fieldError(problems);
  return stores;
};

/** Every `ts` entry in its order, then every `mp4` entry: the first that has the playlist is the source. */
const editOf = (
  requested: RequestedOutput,
  entries: readonly StorageEntry[],
  stores: ReadonlyMap<StorageEntry, string>,
): Edit => {
  const sources = [...entriesFor(entries, 'ts'), ...entriesFor(entries, 'mp4')];
  if (sources.length === 0) throw fieldError([noEntry('ts')]);
  const locations = sources.map((entry): ObjectRef => {
    const key = joinKey(entry.rootFolder, requested.playlistPath, sourceField(requested));
    return { storeId: stores.get(entry) as string, bucket: entry.bucket, key };
  });
  const range = requested.range;
  return { clips: [{ source: { format: requested.format, locations: withoutRepeats(locations) }, range }] };
};

const sourceField = ({ format }: RequestedOutput): string => (format === 'dash' ? 'LivePath' : 'HiResFilePath');

/** Two would leave open where the output goes: better refused than written to a place nobody looks at. */
const uploadEntry = (entries: readonly StorageEntry[]): StorageEntry => {
  const uploads = entriesFor(entries, 'upload');
  if (uploads.length === 0) throw fieldError([noEntry('upload')]);
  if (uploads.length > 1)
    throw fieldError([{ field: 'storage_info', message: 'has several enabled entries with storage_purpose upload' }]);
  return uploads[0];
};

const noEntry = (purpose: string): FieldProblem => ({
  field: 'storage_info',
  message: `has no enabled entry with storage_purpose ${purpose}`,
});

const entriesFor = (entries: readonly StorageEntry[], purpose: StorageEntry['purpose']): StorageEntry[] =>
  entries.filter((entry) => entry.purpose === purpose);

interface OutputContext {
  stores: ReadonlyMap<StorageEntry, string>;
  edit: Edit;
  tenantId: string;
}

const outputOf = (
  fields: ExportApiFields,
  requested: RequestedOutput,
  upload: StorageEntry,
  { stores, edit, tenantId }: OutputContext,
): Output => {
  const at = (folder: string): ObjectRef => ({
    storeId: stores.get(upload) as string,
    bucket: upload.bucket,
    key: [upload.rootFolder, folder, requested.objectName].filter((segment) => segment !== '').join('/'),
  });
  const output: Output = { ...policyOf(fields, requested), destination: at('') };
  const destination = at(upload.pathId ?? pathIdOf({ tenantId, edit, output }));
  return { ...output, destination: { ...destination, key: checkedKey(destination.key, 'FileName') } };
};

/**
 * Fields that do not matter to an output take their defaults, so that they do not make two jobs of one: `not_fast_ts_extract`
 * is about ts, `project` about the JSON.
 */
const policyOf = (fields: ExportApiFields, { container, cutMode }: RequestedOutput): Omit<Output, 'destination'> => {
  const isMedia = container === 'ts' || container === 'mp4' || container === 'mov';
  return {
    container,
    cutMode,
    codec: { kind: 'copy' },
    overwrite: fields.is_cover,
    storeCopy: !(container === 'ts' && fields.not_fast_ts_extract),
    pipeline: isMedia && fields.not_fast_tvu264 ? 'single-ffmpeg' : 'auto',
    gapPolicy: 'fail',
    annotations: isPlaylist(container) ? annotationsOf(fields) : { project: '', description: '' },
  };
};

const isPlaylist = (container: RequestedOutput['container']): boolean =>
  container === 'playlist-json' || container === 'playlist-jwe';

const annotationsOf = ({ project, description }: ExportApiFields): Annotations => ({ project, description });

const factsOf = (fields: ExportApiFields): Record<string, string> => {
  const { FileName, UserId, PeerId, ServiceCaller } = fields;
  const facts = { api: 'export', fileName: FileName, userId: UserId, peerId: PeerId, serviceCaller: ServiceCaller };
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined));
};

/** A path may come with a leading slash: that is how VideoPath gives it. */
const joinKey = (rootFolder: string, path: string, field: string): string => {
  const relative = path.replace(/^\/+/, '');
  if (relative === '') throw fieldError([{ field, message: 'names no object' }]);
  return checkedKey(rootFolder === '' ? relative : `${rootFolder}/${relative}`, field);
};

const checkedKey = (key: string, field: string): string => {
  if (utf8Bytes(key) > MAX_KEY_BYTES)
    throw fieldError([{ field, message: `makes a key longer than ${MAX_KEY_BYTES} bytes with its folders` }]);
  return key;
};

const withoutRepeats = (refs: readonly ObjectRef[]): ObjectRef[] => {
  const id = (ref: ObjectRef): string => JSON.stringify([ref.storeId, ref.bucket, ref.key]);
  return [...new Map(refs.map((ref) => [id(ref), ref])).values()];
};
