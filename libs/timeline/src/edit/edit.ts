import { z } from 'zod';

/** An object in a configured store. Requests and messages carry names only: endpoints and credentials are configuration. */
export const objectRef = z.object({
  storeId: z.string().min(1),
  bucket: z.string().min(1),
  /** Normalised key: no leading slash, no `..`, no control characters. */
  key: z.string().min(1).max(1024),
});
export type ObjectRef = z.infer<typeof objectRef>;

/** Of recordings. */
export const playlistFormat = z.enum(['hls', 'dash']);
export type PlaylistFormat = z.infer<typeof playlistFormat>;

/**
 * Where a recording lies. Locations are tried in order: the first that has the playlist is the source. `file`: a media file of
 * any container, of which a picture can be made.
 */
export const source = z.object({
  format: z.enum([...playlistFormat.options, 'file']),
  locations: z.array(objectRef).min(1),
});
export type Source = z.infer<typeof source>;

/** A half-open range `[start, start + duration)` of a recording. */
export const clipRange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('whole') }),
  z.object({
    kind: z.literal('wall-clock'),
    startEpochMs: z.number().int(),
    durationMs: z.number().int().positive(),
  }),
  z.object({
    kind: z.literal('from-start'),
    startMs: z.number().int().nonnegative(),
    durationMs: z.number().int().positive(),
  }),
  /** Segments `[firstIndex, endIndex)` of a recording that has an end. */
  z.object({
    kind: z.literal('segments'),
    firstIndex: z.number().int().nonnegative(),
    endIndex: z.number().int().positive(),
  }),
]);
export type ClipRange = z.infer<typeof clipRange>;

export const clip = z.object({ source, range: clipRange });
export type Clip = z.infer<typeof clip>;

/** An ordered list of clips; rendered to one output. */
export const edit = z.object({ clips: z.array(clip).min(1) });
export type Edit = z.infer<typeof edit>;
