export interface TileSize {
  width: number;
  height: number;
}

/** Names a tile by the PTS of its picture: `-frame_pts` fills in `%d`. */
export const TILE_NAME = 'frame-%d.ppm';

/**
 * Options for one uncompressed picture of each frame whose PTS is named, as small as a tile and in its own shape: what the
 * tile has beyond it is black.
 */
export const tileOptions = (framesTicks: readonly number[], { width, height }: TileSize): string[] => [
  '-map',
  '0:v:0',
  '-vf',
  [
    `select=${framesTicks.map((ticks) => `eq(pts\\,${ticks})`).join('+')}`,
    // square pixels first: the ratio that is kept is of pixels
    'scale=max(2\\,trunc(iw*sar/2)*2):ih',
    'setsar=1',
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
  ].join(','),
  '-vsync',
  'passthrough',
  '-enc_time_base',
  '1:90000',
  '-pix_fmt',
  'rgb24',
  '-f',
  'image2',
  '-frame_pts',
  '1',
];

/** For a sheet: its tiles, a numbered sequence of pictures from 0. */
export const sheetInputOptions: readonly string[] = [
  '-nostdin',
  '-hide_banner',
  '-protocol_whitelist',
  'file',
  '-f',
  'image2',
  '-framerate',
  '1',
  '-start_number',
  '0',
];

/** Options for one JPEG of all tiles, row by row; places that are left over are black. */
export const sheetOptions = (columns: number, rows: number): string[] => [
  '-vf',
  `tile=${columns}x${rows}`,
  '-frames:v',
  '1',
  '-pix_fmt',
  'yuvj420p',
  '-q:v',
  '4',
  '-f',
  'image2',
  '-update',
  '1',
];
