import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions, CompletedPart, ExpectedParts, ObjectLocation } from '../object-store.js';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { checkPartList } from '../part-rules.js';
import { MIN_PART_BYTES } from '../parts/part-cutter.js';
import type { StoredPart } from './current-part.js';
import { EarlyJoin, type EarlyJoinOptions } from './early-join.js';
import { objectEtag } from './etags.js';
import { fileError, isMissing, throwIfAborted, translating } from './file-errors.js';
import type { FilePaths } from './file-paths.js';
import { joinParts } from './join-parts.js';
import { type PartPointer, readPartPointer } from './part-pointer.js';
import { publishFile } from './publish-file.js';
import { noSuchUpload, type UploadFolders } from './upload-folder.js';

/** As many link reads at once as keep the thread pool busy without 10,000 requests queued in it. */
const BATCH = 256;
/** Of as many uploads the early join is remembered; of others all is joined at the end. */
const MAX_EARLY_JOINS = 256;

interface Completion {
  at: ObjectLocation;
  uploadId: string;
  folder: string;
  target: string;
  place: StorePlace;
  ifAbsent: boolean;
}

/**
 * Completes uploads: join the parts into a new file in the upload's folder, give that file the object's name in one step,
 * remove the folder. Killed before the step, there is no object and the upload is as it was; killed after it, the object
 * is whole and completing again finds so. An upload that was aborted meanwhile has taken the joined file with it.
 */
export class FileCompletion {
  private readonly early = new Map<string, Promise<EarlyJoin | undefined>>();

  constructor(
    private readonly paths: FilePaths,
    private readonly folders: UploadFolders,
    private readonly sync: boolean,
  ) {}

  async complete(
    at: ObjectLocation,
    uploadId: string,
    parts: readonly CompletedPart[],
    options: CallOptions & { ifAbsent?: boolean } = {},
  ): Promise<{ etag: string }> {
    const object = this.paths.object(at);
    const place = { ...object.place, uploadId };
    checkPartList(parts, place);
    throwIfAborted(options.signal, place);
    const folder = await translating(place, this.folders.find(at, uploadId, place));
    const ifAbsent = options.ifAbsent === true;
    return unlessGone(folder, place, async () => {
      const etag = await this.assemble({ at, uploadId, folder, target: object.path, place, ifAbsent }, parts, options);
      await this.folders.remove(at, uploadId);
      return { etag };
    });
  }

  /** Joins what is known of an upload's parts. */
  async prepare(
    at: ObjectLocation,
    uploadId: string,
    { firstPartBytes, others }: ExpectedParts,
    { signal }: CallOptions = {},
  ): Promise<void> {
    const place = { ...this.paths.object(at).place, uploadId };
    checkPartList(others, place);
    throwIfAborted(signal, place);
    const folder = await translating(place, this.folders.find(at, uploadId, place));
    await unlessGone(folder, place, async () => {
      const early = await this.earlyOf(uploadId, { folder, firstPartBytes, sync: this.sync, place });
      await early?.extend(await storedParts(folder, others, place));
    });
  }

  /** Ends what is joined early, and waits for it. */
  async close(): Promise<void> {
    await Promise.all([...this.early.values()].map(async (early) => (await early)?.stop()));
    this.early.clear();
  }

  private earlyOf(uploadId: string, options: EarlyJoinOptions): Promise<EarlyJoin | undefined> {
    const known = this.early.get(uploadId);
    if (known !== undefined) return known;
    const begun = EarlyJoin.begin(options);
    // a completion has no use for the reason: it joins all
    this.early.set(
      uploadId,
      begun.catch(() => undefined),
    );
    const [oldest] = this.early.keys();
    if (this.early.size > MAX_EARLY_JOINS) this.early.delete(oldest);
    return begun;
  }

  private async assemble(
    completion: Completion,
    parts: readonly CompletedPart[],
    { signal }: CallOptions,
  ): Promise<string> {
    const { uploadId, folder, target, place, ifAbsent } = completion;
    const stored = await storedParts(folder, parts, place);
    if (ifAbsent) {
      const published = await ownPublication(folder, target, place);
      if (published !== undefined) return published;
    }
    const joined = await this.join({ uploadId, folder, place }, stored, signal);
    const etag = objectEtag(await stat(joined, { bigint: true }));
    throwIfAborted(signal, place);
    await publishFile(joined, target, { ifAbsent, sync: this.sync, place });
    return etag;
  }

  /** Goes on with what was joined early, which then is no other completion's. Gives the file's path. */
  private async join(
    { uploadId, folder, place }: Pick<Completion, 'uploadId' | 'folder' | 'place'>,
    parts: readonly StoredPart[],
    signal?: AbortSignal,
  ): Promise<string> {
    const early = await this.early.get(uploadId);
    this.early.delete(uploadId);
    await early?.stop();
    const present = early?.presentOf(parts);
    const joined = early && present ? early.path : join(folder, `joined-${randomUUID()}`);
    await joinParts(folder, parts, joined, { sync: this.sync, place, signal, ...(present && { present }) });
    return joined;
  }
}

/** An upload that is over is told as such, whatever was missed of it. */
async function unlessGone<T>(folder: string, place: StorePlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (mayBeGone(error) && !(await exists(folder))) throw noSuchUpload(place, error);
    throw fileError(error, place);
  }
}

/** The stored parts, which must be the listed ones: another writer's bytes under a listed number are not. */
async function storedParts(folder: string, parts: readonly CompletedPart[], place: StorePlace): Promise<StoredPart[]> {
  const stored: StoredPart[] = [];
  for (let first = 0; first < parts.length; first += BATCH) {
    const batch = parts.slice(first, first + BATCH);
    const pointers = await Promise.all(batch.map(({ partNumber }) => readPartPointer(folder, partNumber)));
    pointers.forEach((pointer, index) => stored.push(checkedPart(batch[index], pointer, place)));
  }
  const small = stored.slice(0, -1).findIndex(({ sizeBytes }) => sizeBytes < MIN_PART_BYTES);
  if (small >= 0) {
    const { partNumber } = parts[small];
    const text = `part ${partNumber} has ${stored[small].sizeBytes} bytes, fewer than ${MIN_PART_BYTES}, and is not the last`;
    throw new ObjectStoreError('part-too-small', text, { ...place, partNumber });
  }
  return stored;
}

function checkedPart(listed: CompletedPart, stored: PartPointer | undefined, place: StorePlace): StoredPart {
  if (stored?.etag === listed.etag) return { ...stored, partNumber: listed.partNumber };
  const found = stored === undefined ? 'was never written' : `is ${stored.etag}, not ${listed.etag}`;
  const where = { ...place, partNumber: listed.partNumber };
  throw new ObjectStoreError('invalid-part', `part ${listed.partNumber} ${found}`, where);
}

/**
 * The etag of what a completion of this same upload published before it was killed: the object's file is then one of the
 * upload's. If another object is there, throws `precondition-failed`, before any byte is joined.
 */
async function ownPublication(folder: string, target: string, place: StorePlace): Promise<string | undefined> {
  const object = await stat(target, { bigint: true }).catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (object === undefined || !object.isFile()) return undefined;
  const joined = (await readdir(folder)).filter((name) => name.startsWith('joined-'));
  for (const name of joined) {
    const stats = await stat(join(folder, name), { bigint: true });
    if (stats.ino === object.ino && stats.dev === object.dev) return objectEtag(object);
  }
  throw new ObjectStoreError('precondition-failed', `${place.bucket}/${place.key} exists already`, place);
}

/** A part or a data file that is missed is what an upload that is over looks like from inside. */
const mayBeGone = (error: unknown): boolean =>
  isMissing(error) ||
  isMissing((error as Error).cause) ||
  (error instanceof ObjectStoreError && error.code === 'invalid-part');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
