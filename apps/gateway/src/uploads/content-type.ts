import type { Container } from '@clipfleet/timeline';

export const contentTypeOfContainer: Readonly<Record<Container, string>> = {
  ts: 'video/mp2t',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  image: 'image/jpeg',
  storyboard: 'image/jpeg',
  playlist: 'application/vnd.apple.mpegurl',
  'playlist-json': 'application/json',
  // RFC 7516 §9.2.1
  'playlist-jwe': 'application/jose',
};
