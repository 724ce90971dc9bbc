import { extname } from 'node:path';

const TYPE_BY_EXTENSION: Readonly<Record<string, string>> = {
  '.aac': 'audio/aac',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.m3u8': 'application/vnd.apple.mpegurl', // RFC 8216 §10
  '.m4s': 'video/iso.segment',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.mp4': 'video/mp4',
  '.mpd': 'application/dash+xml',
  '.png': 'image/png',
  '.ts': 'video/mp2t',
  '.txt': 'text/plain; charset=utf-8',
  '.vtt': 'text/vtt',
  '.webp': 'image/webp',
};

/** A directory keeps no media types: the extension tells. */
export const contentTypeOf = (key: string): string =>
  TYPE_BY_EXTENSION[extname(key).toLowerCase()] ?? 'application/octet-stream';
