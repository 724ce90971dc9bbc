import type { Container, ImageFormat, Output } from '@clipfleet/timeline';

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

const contentTypeOfImage: Readonly<Record<ImageFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

export const contentTypeOf = ({ container, imageFormat }: Pick<Output, 'container' | 'imageFormat'>): string =>
  container === 'image' && imageFormat ? contentTypeOfImage[imageFormat] : contentTypeOfContainer[container];
