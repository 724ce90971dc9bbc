import { type BigIntStats, constants } from 'node:fs';
import { copyFile, link, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStoreError, type StorePlace } from '../object-store-error.js';
import { type StoredPart, withCurrentPart } from './current-part.js';
import { TRANSFER_BYTES } from './direct-transfers.js';
import { linkedPartEtag } from './etags.js';
import { throwIfAborted } from './file-errors.js';
import { NewFile } from './new-file.js';
import { type JoinedSpan, type PartSlice, spansOf, type Stretch, totalBytesOf } from './part-slices.js';
import { openDirect, readPieces } from './read-pieces.js';

export interface JoinOptions {
  sync: boolean;
  place: StorePlace;
  signal?: AbortSignal;
  /** What of `joined` is there already, from one multiple of a transfer to another. */
  present?: Stretch;
}

/** As many transfers as the thread pool of Node makes at once; more would wait in it, and others behind them. */
const MAX_SPANS = 4;
/** Less is not worth the buffers. */
const MIN_SPAN_BYTES = 8 * TRANSFER_BYTES;

/** Makes `joined` of the parts' data files in `folder`, which stay as they are. */
export async function joinParts(
  folder: string,
  parts: readonly StoredPart[],
  joined: string,
  options: JoinOptions,
): Promise<void> {
  const { present } = options;
  if (parts.length === 1 && !present) return takeOnlyPart(folder, parts[0], joined, options.place);
  const [first, ...others] = missingSpans(parts, present);
  const target = await (present ? NewFile.within(joined, 0, options) : NewFile.create(joined, options));
  const failed = new AbortController();
  const join = async (span: JoinedSpan, openFile: () => Promise<NewFile>): Promise<void> => {
    try {
      const file = await openFile();
      try {
        await writeSpan(file, folder, span, { ...options, stop: failed.signal });
      } finally {
        await file.close();
      }
    } catch (error) {
      failed.abort(error); // the first one to fail is the reason; the others only stop
    }
  };
  // to the end of all: nothing may be written any more when this has failed
  await Promise.all([
    join(first, async () => target),
    ...others.map((span) => join(span, () => NewFile.within(joined, span.startByte, options))),
  ]);
  failed.signal.throwIfAborted();
}

const LIMITS = { maxSpans: MAX_SPANS, stepBytes: TRANSFER_BYTES, minSpanBytes: MIN_SPAN_BYTES };

/** The first one begins at the file's beginning: a completion's first part is never there before. */
const missingSpans = (parts: readonly StoredPart[], [first, last]: Stretch = [0, 0]): JoinedSpan[] => [
  ...spansOf(parts, LIMITS, [0, first]),
  ...spansOf(parts, LIMITS, [last, totalBytesOf(parts)]),
];

/** One behind the other; `stop`: another span has failed. */
async function writeSpan(
  target: NewFile,
  folder: string,
  { slices }: JoinedSpan,
  options: JoinOptions & { stop: AbortSignal },
): Promise<void> {
  for (const slice of slices) {
    throwIfAborted(options.signal, options.place);
    options.stop.throwIfAborted();
    await appendSlice(target, folder, slice, options);
  }
  await target.finish();
}

/** A data file of ours becomes the object without a copy; a source's file must not become two objects. */
function takeOnlyPart(folder: string, only: StoredPart, joined: string, place: StorePlace): Promise<void> {
  return withCurrentPart(folder, only, place, async (part) => {
    const data = join(folder, part.dataName);
    if (!isLinked(part)) return link(data, joined);
    await copyFile(data, joined, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    checkLinked(part, await stat(data, { bigint: true }), place);
  });
}

/** Appends bytes of a part; throws `invalid-part` when they are not the part's any more. */
export async function appendSlice(
  target: NewFile,
  folder: string,
  { part, startByte, endByte }: PartSlice,
  { sync, place }: Pick<JoinOptions, 'sync' | 'place'>,
): Promise<void> {
  let at = startByte;
  // What was waited for is on the disk; what was not, or is another program's, may be in memory alone.
  for (const isDirect of sync && !isLinked(part) ? [true, false] : [false]) {
    const source = await withCurrentPart(folder, part, place, ({ dataName }) => {
      const path = join(folder, dataName);
      return isDirect ? openDirect(path) : open(path, 'r');
    });
    try {
      for await (const piece of readPieces(source, [at, endByte])) {
        await target.append(piece);
        at += piece.byteLength;
      }
      if (isLinked(part)) checkLinked(part, await source.stat({ bigint: true }), place);
    } finally {
      await source.close();
    }
    if (at === endByte) return;
  }
  throw new ObjectStoreError('invalid-part', `the data of part ${part.etag} is short`, place);
}

const isLinked = (part: StoredPart): boolean => part.dataName.startsWith('link-');

/** Once its bytes are read: a source that another program has written to since is not what was copied. */
function checkLinked(part: StoredPart, stats: BigIntStats, place: StorePlace): void {
  if (linkedPartEtag(stats) === part.etag) return;
  throw new ObjectStoreError(
    'invalid-part',
    `the source of part ${part.etag} was written to after it was copied`,
    place,
  );
}
