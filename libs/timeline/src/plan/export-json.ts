import type { Annotations } from '../edit/output.js';
import { renderMediaPlaylist, type UriOf, bucketPath } from '../hls/render-media-playlist.js';
import { ticksToMs } from '../ticks.js';
import type { Coverage, PlaylistDocument, PlaylistEntry } from './plan.js';

/** One listed segment in the JSON of export_type 3 and 4. */
export interface ExportJsonSegment {
  uri: string;
  duration_ms: number;
  /** Epoch ms; null when the recording has no wall clock. */
  timestamp: number | null;
  discontinuity: boolean;
  byte_range?: { offset: number; length: number };
  map?: { uri: string; byte_range?: { offset: number; length: number } };
  key?: { method: 'AES-128'; uri: string; iv: string };
}

/** The JSON of export_type 3, and what export_type 4 encrypts. Times are epoch ms, null without a wall clock. */
export interface ExportJson {
  version: string;
  project: string;
  description: string;
  file_path: string;
  begin_timestamp: number | null;
  end_timestamp: number | null;
  chunk_begin_timestamp: number | null;
  chunk_end_timestamp: number | null;
  /** ms from the first segment's start to the requested start. */
  begin_offset: number;
  /** ms from the requested end to the last segment's end. */
  end_offset: number;
  /** The media playlist of the segments. */
  m3u8: string;
  segments: ExportJsonSegment[];
}

const toRange = ([startByte, endByte]: readonly [number, number]) => ({
  offset: startByte,
  length: endByte - startByte,
});

const toSegment = (entry: PlaylistEntry, uriOf: UriOf): ExportJsonSegment => ({
  uri: uriOf(entry.key, entry.bucket),
  duration_ms: ticksToMs(entry.durationTicks),
  timestamp: entry.wallClockMs ?? null,
  discontinuity: entry.discontinuity,
  ...(entry.byteRange && { byte_range: toRange(entry.byteRange) }),
  ...(entry.map && {
    map: {
      uri: uriOf(entry.map.key, entry.bucket),
      ...(entry.map.byteRange && { byte_range: toRange(entry.map.byteRange) }),
    },
  }),
  ...(entry.cipher && {
    key: { method: 'AES-128', uri: uriOf(entry.cipher.keyObjectKey, entry.bucket), iv: `0x${entry.cipher.ivHex}` },
  }),
});

/** Ends of the listed segments in epoch ms, also when the request was in time from the recording's start. */
const chunkBounds = ({ entries }: PlaylistDocument, coverage: Coverage): { begin: number; end: number } | undefined => {
  const begin = entries[0].wallClockMs;
  const last = entries.at(-1)!;
  if (begin === undefined || last.wallClockMs === undefined) return undefined;
  if (coverage.clock === 'wall') return { begin: coverage.planned.startMs, end: coverage.planned.endMs };
  return { begin, end: last.wallClockMs + ticksToMs(last.durationTicks) };
};

export const buildExportJson = (
  document: PlaylistDocument,
  annotations: Annotations,
  coverage: Coverage,
  version: string,
  filePath: string,
  uriOf: UriOf = bucketPath,
): ExportJson => {
  const chunk = chunkBounds(document, coverage);
  return {
    version,
    project: annotations.project,
    description: annotations.description,
    file_path: filePath,
    begin_timestamp: chunk ? chunk.begin + document.beginOffsetMs : null,
    end_timestamp: chunk ? chunk.end - document.endOffsetMs : null,
    chunk_begin_timestamp: chunk?.begin ?? null,
    chunk_end_timestamp: chunk?.end ?? null,
    begin_offset: document.beginOffsetMs,
    end_offset: document.endOffsetMs,
    m3u8: renderMediaPlaylist(document, uriOf),
    segments: document.entries.map((entry) => toSegment(entry, uriOf)),
  };
};
