import { Inject, Injectable } from '@nestjs/common';
import { noSuchFile, oneFieldError } from '@clipfleet/contracts';
import type { FileRecord, Place, Tenant } from '@clipfleet/ledger';
import { OBJECT_STORES, ObjectStoreError, type ObjectStores, sourceFailure } from '@clipfleet/object-store';
import { parseAside } from '@clipfleet/platform';
import {
  assertKeysInside,
  type Clip,
  DEFAULT_PARSE_LIMITS,
  type ParsedPlaylist,
  type Timeline,
  TimelineError,
} from '@clipfleet/timeline';
import { HLS_TYPE } from '../files/sniff-content.js';
import { SourceFiles } from './source-files.js';

/** Clients poll meanwhile. */
const THREAD = { maxMemoryBytes: 1024 * 1024 * 1024, timeoutMs: 30_000 };

/** A file that is a recording: a media playlist that has an end. */
export interface FileRecording {
  file: FileRecord;
  timeline: Timeline;
}

/** Recordings that requests name by the id of their playlist's file. */
@Injectable()
export class RecordingReader {
  constructor(
    @Inject(SourceFiles) private readonly sources: SourceFiles,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  /** Throws `bad-parameter`, `not-found` or `forbidden`, which name `field`. */
  async read(tenant: Tenant, id: string, field: string): Promise<FileRecording> {
    return this.open(tenant, await this.sources.get(tenant, id, field), field);
  }

  /** The same of a file that is known. */
  async open(tenant: Tenant, file: FileRecord, field: string): Promise<FileRecording> {
    if (file.mimeType !== HLS_TYPE) throw oneFieldError(field, 'is not an m3u8 playlist');
    try {
      const playlist = await this.parse(file);
      if (playlist.kind === 'master')
        throw oneFieldError(field, 'is a master playlist; one of the media playlists that it names is wanted');
      if (playlist.timeline.growing)
        throw oneFieldError(field, 'is a live playlist, without EXT-X-ENDLIST; only what has an end can be taken');
      assertKeysInside(playlist.timeline, (bucket = file.at.bucket) =>
        this.sources.readable(tenant, { ...file.at, bucket }),
      );
      return { file, timeline: playlist.timeline };
    } catch (error) {
      throw refusalOf(error, field);
    }
  }

  private async parse({ at }: FileRecord): Promise<ParsedPlaylist> {
    const signal = AbortSignal.timeout(THREAD.timeoutMs);
    const limits = DEFAULT_PARSE_LIMITS;
    const bytes = await this.stores.get(at.storeId).getBytes(at, { limitBytes: limits.maxPlaylistBytes, signal });
    const text = new TextDecoder().decode(bytes);
    const request = {
      format: 'hls' as const,
      text,
      playlistKey: at.key,
      playlistBucket: at.bucket,
      nowMs: Date.now(),
      limits,
    };
    return parseAside(request, THREAD, signal);
  }
}

const refusalOf = (error: unknown, field: string): unknown => {
  if (error instanceof TimelineError) return oneFieldError(field, `cannot be taken: ${error.message}`);
  if (!(error instanceof ObjectStoreError)) return error;
  if (error.code === 'not-found') return noSuchFile(field);
  if (error.code === 'too-large') return oneFieldError(field, `is too large for a playlist: ${error.message}`);
  return sourceFailure(error);
};

/** All of a recording, or a range of it, as a clip of an edit. */
export const clipOf = ({ file }: FileRecording, range: Clip['range'] = { kind: 'whole' }): Clip => ({
  source: { format: 'hls', locations: [file.at] },
  range,
});

/** The files that reading recordings touches: their playlists, and what these name. Keys of files are their paths below the tenant's. */
export const readsOf = (recordings: readonly FileRecording[], whole: Place): { ids: string[]; cdnPaths: string[] } => {
  const cdnPaths = new Set<string>();
  for (const { file, timeline } of recordings) {
    for (const { key, bucket = file.at.bucket, cipher, map } of timeline.segments) {
      if (file.at.storeId !== whole.storeId || bucket !== whole.bucket) continue;
      cdnPaths.add(key.slice(whole.prefix.length));
      if (cipher) cdnPaths.add(cipher.keyObjectKey.slice(whole.prefix.length));
      if (map) cdnPaths.add(map.key.slice(whole.prefix.length));
    }
  }
  return { ids: [...new Set(recordings.map(({ file }) => file.id))], cdnPaths: [...cdnPaths] };
};
