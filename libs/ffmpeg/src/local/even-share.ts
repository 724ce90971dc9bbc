import { type EvenFrames, FrameGrid } from '../arguments/even-frames.js';
import type { MediaWindow } from '../arguments/window.js';
import { CLOCK_WRAP_TICKS } from './local-clock.js';
import type { VideoTimes } from './video-times.js';

/** What of a local stream another frame rate is made of. */
export interface EvenShare {
  evenFrames: EvenFrames;
  /** The pictures that they show. */
  window: MediaWindow;
  /** Where the last one ends. */
  endTicks: number;
}

/**
 * The frames of a grid that a window has: from the one that begins with its first picture to the one that begins with the first
 * behind it, so that windows side by side share all frames, and each needs only pictures of its own. Should no picture begin with
 * the window, the one before lasts into it. A window without end ends with its last picture. Undefined: there is none.
 */
export const evenShare = (
  frameRate: string,
  { window, times }: { window: MediaWindow; times: VideoTimes },
  originTicks: number = window.startTicks,
): EvenShare | undefined => {
  const grid = new FrameGrid(frameRate, originTicks);
  const beginsGrid = originTicks === window.startTicks;
  const shownTicks = beginsGrid ? undefined : times.shownAt(window.startTicks);
  const startTicks = Math.min(window.startTicks, shownTicks ?? window.startTicks);
  const pictures = { startTicks, endTicks: window.endTicks };
  const shown = times.shownIn(pictures);
  if (shown === undefined) return undefined;
  const hasEnd = window.endTicks < CLOCK_WRAP_TICKS;
  const firstFrame = grid.frameAt(window.startTicks);
  const endFrame = Math.max(firstFrame, grid.frameAt(hasEnd ? window.endTicks : shown.endTicks));
  return { evenFrames: { grid, firstFrame, endFrame }, window: pictures, endTicks: grid.ticksOf(endFrame) };
};
