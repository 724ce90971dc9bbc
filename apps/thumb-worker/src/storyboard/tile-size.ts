import type { TileSize } from '@clipfleet/ffmpeg';
import type { PictureFormat } from '@clipfleet/mpegts';
import { MAX_TILE_ASPECT } from '@clipfleet/timeline';

/** As high as the picture's shape makes it, even, and never so high that the sheet would grow too large. */
export const tileSizeOf = (width: number, picture: PictureFormat): TileSize => {
  const { sarWidth, sarHeight } = picture;
  const shape = (picture.height * sarHeight) / (picture.width * sarWidth);
  const height = 2 * Math.round((width * Math.min(shape, MAX_TILE_ASPECT)) / 2);
  return { width, height: Math.max(2, height) };
};
