import { ObjectStoreError, type ObjectStore, type ObjectStores, sourceFailure } from '@clipfleet/object-store';
import { ClipfleetError, type ExportRequested } from '@clipfleet/contracts';
import {
  assertKeysInside,
  chooseVariant,
  type ObjectRef,
  type ParsedPlaylist,
  type Source,
  type Timeline,
  TimelineError,
} from '@clipfleet/timeline';
import type { ParsedPlaylists } from './parsed-playlists.js';

/** A recording as found: its timeline, and the store and bucket that all its keys lie in. */
export interface LoadedRecording {
  timeline: Timeline;
  store: ObjectStore;
  at: ObjectRef;
}

export interface RecordingSources {
  stores: ObjectStores;
  playlists: ParsedPlaylists;
  maxPlaylistBytes: number;
}

/** Keys that may be read, by store and bucket. */
export type Readable = ExportRequested['readable'];

/** Reads the recording's playlist from the first of its locations that has it. Throws ClipfleetError or TimelineError. */
export const loadRecording = async (
  source: Source,
  readable: Readable,
  { stores, playlists, maxPlaylistBytes }: RecordingSources,
  signal: AbortSignal,
): Promise<LoadedRecording> => {
  let failure: ClipfleetError | undefined;
  for (const at of source.locations) {
    const store = storeOf(stores, at);
    const text = await readText(store, at, maxPlaylistBytes, signal).catch((error: unknown) => {
      const told = playlistFailure(error, at);
      // only "it is not here" leads to the next location: a store that is down may have it
      if (told.retryable || told.code === 'playlist-too-large') throw told;
      failure ??= told;
      return undefined;
    });
    if (text === undefined) continue;
    const prefixes = prefixesIn(readable, at);
    const timeline = await toTimeline({ text, source, at, store, prefixes, playlists, maxPlaylistBytes, signal });
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
  playlists: ParsedPlaylists;
  maxPlaylistBytes: number;
  signal: AbortSignal;
}

/** A multivariant playlist leads to its best variant, once. */
const toTimeline = async (found: FoundPlaylist): Promise<Timeline> => {
  const { source, at, store, prefixes, playlists, maxPlaylistBytes, signal } = found;
  const { format } = source;
  if (format === 'file') throw new TimelineError('unsupported-source', 'A media file is not a recording.');
  const parse = (text: string, { key: playlistKey, bucket: playlistBucket }: ObjectRef): Promise<ParsedPlaylist> =>
    playlists.parse({ text, format, playlistKey, playlistBucket }, signal);
  const parsed = await parse(found.text, at);
  if (parsed.kind === 'media') return parsed.timeline;
  const { key } = chooseVariant(parsed.variants);
  if (!prefixes.some((prefix) => key.startsWith(prefix))) {
    throw new TimelineError(
      'unsupported-source',
      `The playlist names ${JSON.stringify(key)}, which is outside what may be read.`,
    );
  }
  const variantAt = { ...at, key };
  const text = await readText(store, variantAt, maxPlaylistBytes, signal).catch((error: unknown) => {
    throw playlistFailure(error, variantAt);
  });
  const media = await parse(text, variantAt);
  if (media.kind === 'media') return media.timeline;
  throw new TimelineError('playlist-invalid', `The variant ${key} is a multivariant playlist again.`);
};
