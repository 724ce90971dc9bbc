import { fileTypeFromBuffer } from 'file-type';
import type { FileMediaType } from '@clipfleet/ledger';

/** As much of a file as tells what it is. */
export const SNIFFED_BYTES = 4100;

export const HLS_TYPE = 'application/vnd.apple.mpegurl';
const UNKNOWN_TYPE = 'application/octet-stream';
/** Recordings of somebody who speaks; other audio is music. */
const VOICE_TYPES: ReadonlySet<string> = new Set(['audio/amr', 'audio/x-speex', 'audio/vnd.rn-realaudio']);

export interface SniffedContent {
  mimeType: string;
  mediaType: FileMediaType;
}

/** What a file is by its first bytes, whatever its name or its sender say. */
export const sniffContent = async (start: Uint8Array): Promise<SniffedContent> => {
  const firstBytes = start.subarray(0, SNIFFED_BYTES);
  const mimeType = isPlaylist(firstBytes) ? HLS_TYPE : await binaryTypeOf(firstBytes);
  return { mimeType, mediaType: mediaTypeOf(mimeType) };
};

/** RFC 8216 §4.3.1.1: a playlist begins with this line. */
const isPlaylist = (bytes: Uint8Array): boolean =>
  /^\ufeff?#EXTM3U\s/.test(Buffer.from(bytes.subarray(0, 16)).toString());

const binaryTypeOf = async (bytes: Uint8Array): Promise<string> =>
  (await fileTypeFromBuffer(bytes).catch(() => undefined))?.mime ?? UNKNOWN_TYPE;

export const mediaTypeOf = (mimeType: string): FileMediaType => {
  const [family] = mimeType.split('/');
  if (family === 'image' || family === 'video') return family;
  if (family === 'audio') return VOICE_TYPES.has(mimeType) ? 'voice' : 'music';
  return mimeType === HLS_TYPE ? 'video' : 'other';
};
