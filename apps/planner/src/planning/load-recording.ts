import { ObjectStoreError, type ObjectStore, type ObjectStores, sourceFailure } from '@clipfleet/object-store';
import { ClipfleetError, type ExportRequested } from '@clipfleet/contracts';
import {
  assertKeysInside,
  chooseVariant,
  type ObjectRef,
  type ParsedPlaylist,
  parsePlaylist,
  type PlaylistFormat,
  type ParseLimits,
  type Source,
  type Timeline,
  TimelineError,
} from '@clipfleet/timeline';
import { parseInThread, type ThreadLimits } from '@clipfleet/platform';

export interface LoadLimits {
  parse: ParseLimits;
  thread: ThreadLimits;
}

/** A recording as found: its timeline, and the store and bucket that all its keys lie in. */
export interface LoadedRecording {
  timeline: Timeline;
  store: ObjectStore;
  at: ObjectRef;
}

/** HLS texts up to this size are parsed in place: starting a thread would take longer. */
const INLINE_PARSE_BYTES = 256 * 1024;

/** Keys that may be read, by store and bucket. */
export type Readable = ExportRequested['readable'];

/** Reads the recording's playlist from the first of its locations that has it. Throws ClipfleetError or TimelineError. */
export const loadRecording = async (
  source: Source,
  readable: Readable,
  stores: ObjectStores,
  limits: LoadLimits,
  signal: AbortSignal,
): Promise<LoadedRecording> => {
  let failure: ClipfleetError | undefined;
  for (const at of source.locations) {
    const store = storeOf(stores, at);
    const text = await readText(store, at, limits.parse.maxPlaylistBytes, signal).catch((error: unknown) => {
      const told = playlistFailure(error, at);
      // only "it is not here" leads to the next location: a store that is down may have it
      if (told.retryable || told.code === 'playlist-too-large') throw told;
      failure ??= told;
      return undefined;
    });
    if (text === undefined) continue;
    const prefixes = prefixesIn(readable, at);
    const timeline = await toTimeline({ text, source, at, store, prefixes, limits, signal });
    assertKeysInside(timeline, (bucket = at.bucket) => prefixesIn(readable, { ...at, bucket }));
    if (timeline.growing && timeline.segments.some(({ bucket }) => bucket !== undefined))
      throw new TimelineError('unsupported-source', 'A recording that still grows has segments in several buckets.');
    return { timeline, store, at };
  }
  throw failure ?? new ClipfleetError('source-missing', 'The source has no location.');
};

const prefixesIn = (readable: Readable, { storeId, bucket }: ObjectRef): string[] =>
  readable.filter((place) => place.storeId === storeId && place.bucket === bucket).map(({ prefix }) => prefix);

export const storeOf = (stores: ObjectStores, at: ObjectRef): ObjectStore => {
  try {
    return stores.get(at.storeId);
  } catch (error) {
    throw new ClipfleetError('source-not-located', `There is no store ${at.storeId}.`, { cause: error });
  }
};

const readText = async (store: ObjectStore, at: ObjectRef, limitBytes: number, signal: AbortSignal): Promise<string> =>
  new TextDecoder().decode(await store.getBytes(at, { limitBytes, signal }));

const playlistFailure = (error: unknown, { bucket, key }: ObjectRef): ClipfleetError => {
  if (error instanceof ObjectStoreError && error.code === 'not-found') {
    return new ClipfleetError('source-missing', `The playlist ${key} does not exist in ${bucket}.`, {
      details: { bucket, key },
      cause: error,
    });
  }
  if (error instanceof ObjectStoreError && error.code === 'too-large') {
    return new ClipfleetError('playlist-too-large', `The playlist ${key} is too large: ${error.message}.`, {
      details: { bucket, key },
      cause: error,
    });
  }
  return sourceFailure(error);
};

interface FoundPlaylist {
  text: string;
  source: Source;
  at: ObjectRef;
  store: ObjectStore;
  prefixes: readonly string[];
  limits: LoadLimits;
  signal: AbortSignal;
}

/** A multivariant playlist leads to its best variant, once. */
const toTimeline = async (found: FoundPlaylist): Promise<Timeline> => {
  const { source, at, store, prefixes, limits, signal } = found;
  const { format } = source;
  if (format === 'file') throw new TimelineError('unsupported-source', 'A media file is not a recording.');
  const parsed = await parse(found.text, format, at, limits, signal);
  if (parsed.kind === 'media') return parsed.timeline;
  const { key } = chooseVariant(parsed.variants);
  if (!prefixes.some((prefix) => key.startsWith(prefix))) {
    throw new TimelineError(
      'unsupported-source',
      `The playlist names ${JSON.stringify(key)}, which is outside what may be read.`,
    );
  }
  const variantAt = { ...at, key };
  const text = await readText(store, variantAt, limits.parse.maxPlaylistBytes, signal).catch((error: unknown) => {
    throw playlistFailure(error, variantAt);
  });
  const media = await parse(text, format, variantAt, limits, signal);
  if (media.kind === 'media') return media.timeline;
  throw new TimelineError('playlist-invalid', `The variant ${key} is a multivariant playlist again.`);
};

const parse = async (
  text: string,
  format: PlaylistFormat,
  { bucket: playlistBucket, key: playlistKey }: ObjectRef,
  limits: LoadLimits,
  signal: AbortSignal,
): Promise<ParsedPlaylist> => {
  const request = { text, format, playlistKey, playlistBucket, nowMs: Date.now(), limits: limits.parse };
  return format === 'hls' && text.length <= INLINE_PARSE_BYTES
    ? parsePlaylist(request)
    : parseInThread(request, limits.thread, signal);
};
