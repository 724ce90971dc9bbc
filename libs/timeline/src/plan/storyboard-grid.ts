import type { StoryboardOptions } from '../edit/output.js';
import { TICKS_PER_MS, TICKS_PER_SECOND } from '../ticks.js';
import type { PlanWarning } from './plan.js';

/** Where the tiles of a storyboard lie in time and on the sheet. */
export interface StoryboardGrid {
  columns: number;
  tileWidth: number;
  tileCount: number;
  intervalTicks: number;
}

export const DEFAULT_STORYBOARD: StoryboardOptions = { columns: 10, tileWidth: 160 };
const DEFAULT_TILE_COUNT = 100;

/** Browsers and phones refuse larger textures; a JPEG could have 65,535 (ITU-T T.81 §B.2.2). */
export const MAX_SHEET_PIXELS = 16_384;
/** A tile is at most this many times as high as it is wide: the height is known only when the media is read. */
export const MAX_TILE_ASPECT = 2;

const wantedIntervalTicks = (durationTicks: number, { intervalMs, tileCount }: StoryboardOptions): number => {
  if (intervalMs !== undefined) return intervalMs * TICKS_PER_MS;
  if (tileCount !== undefined) return Math.ceil(durationTicks / tileCount);
  return Math.max(TICKS_PER_SECOND, Math.ceil(durationTicks / DEFAULT_TILE_COUNT));
};

/** One sheet: where it would have too many tiles they are set further apart, and a warning says so. */
export const storyboardGrid = (
  durationTicks: number,
  options: StoryboardOptions,
  limits: { maxTiles: number },
): { grid: StoryboardGrid; warnings: PlanWarning[] } => {
  const { tileWidth } = options;
  const mostColumns = Math.min(options.columns, Math.floor(MAX_SHEET_PIXELS / tileWidth));
  const mostRows = Math.floor(MAX_SHEET_PIXELS / (tileWidth * MAX_TILE_ASPECT));
  const most = Math.min(limits.maxTiles, mostColumns * mostRows);
  const wantedTicks = wantedIntervalTicks(durationTicks, options);
  const intervalTicks = Math.max(1, wantedTicks, Math.ceil(durationTicks / most));
  const tileCount = Math.max(1, Math.ceil(durationTicks / intervalTicks));
  const columns = Math.min(mostColumns, tileCount);
  const asked = Math.ceil(durationTicks / wantedTicks);
  const message = `A sheet has room for ${most} tiles, not for ${asked}: they are ${Math.round(intervalTicks / TICKS_PER_MS)} ms apart.`;
  const warnings = intervalTicks > wantedTicks ? [{ code: 'storyboard-limited', message }] : [];
  return { grid: { columns, tileWidth, tileCount, intervalTicks }, warnings };
};
