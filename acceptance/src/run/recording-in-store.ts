import { createCipheriv, randomBytes } from 'node:crypto';
import { type AcceptanceFleet, RANGE_BYTES, SOURCES } from '../fleet/acceptance-fleet.js';
import type { Kind } from '../kinds/kind.js';
import { fatten } from '../source/fatten.js';
import { playlistText, segmentName } from '../source/playlist.js';
import type { Source } from '../source/source.js';
import { PACKET_BYTES } from '../source/ts-packets.js';

const KEY_NAME = 'key.bin';
/** Just below the bytes of a task: as many tasks as there are such ranges. */
const RANGE_AIM_BYTES = RANGE_BYTES * 0.985;

/** Of one segment, at the most. */
export const aimBytesOf = (segmentsPerRange: number): number => RANGE_AIM_BYTES / segmentsPerRange;

/** Segments of which so many are a range. The last is no larger than the others: it would be more than its share of the ranges. */
export const fatSegment = ({ segments }: Source, index: number, segmentsPerRange: number): Uint8Array => {
  const aimBytes = aimBytesOf(segmentsPerRange);
  return fatten(segments[index], index < segments.length - 1 ? aimBytes : aimBytes - PACKET_BYTES);
};

/** The recording with segments of such a size that so many of them are a range. Returns the playlist's key. */
export const putRecording = async (
  { store }: AcceptanceFleet,
  kind: Kind,
  source: Source,
  { prefix, segmentsPerRange }: { prefix: string; segmentsPerRange: number },
): Promise<string> => {
  const put = (name: string, body: Uint8Array): Promise<unknown> =>
    store.put({ bucket: SOURCES, key: `${prefix}/${name}` }, body);
  const cipherKey = randomBytes(16);
  for (const [index, segment] of source.segments.entries()) {
    if (segment.isMissing) continue;
    const fat = fatSegment(source, index, segmentsPerRange);
    await put(segmentName(index), kind.encrypted ? encrypted(fat, cipherKey, index) : fat);
  }
  if (kind.encrypted) await put(KEY_NAME, cipherKey);
  const text = playlistText(source.segments, 0, kind.encrypted ? { keyUri: KEY_NAME } : {});
  await put('index.m3u8', Buffer.from(text));
  return `${prefix}/index.m3u8`;
};

export const removeRecording = async ({ store }: AcceptanceFleet, prefix: string): Promise<void> => {
  for await (const { key } of store.list(SOURCES, `${prefix}/`)) await store.delete({ bucket: SOURCES, key });
};

/** RFC 8216 §5.2: the initialisation vector is the media sequence number. */
const encrypted = (bytes: Uint8Array, key: Uint8Array, sequenceNumber: number): Uint8Array => {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(sequenceNumber, 12);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
};
