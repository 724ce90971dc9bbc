import type { MeasuredCut } from '@clipfleet/contracts';
import type { EvenShare, LocalStream } from '@clipfleet/ffmpeg';
import type { RenderTask } from '@clipfleet/timeline';

/**
 * What an exact cut shows, against the request: the pictures inside the window are those of the output, or what was made of
 * them at another frame rate.
 */
export const exactCut = (
  task: RenderTask,
  { window, times }: Pick<LocalStream, 'window' | 'times'>,
  even: EvenShare | undefined,
): MeasuredCut => {
  const shown = even === undefined ? times.shownIn(window) : shownOf(even);
  if (!shown) return times.picture ? { videoFrameCount: 0 } : {};
  return {
    ...(task.trimStart && { startDeltaTicks: shown.firstTicks - window.startTicks }),
    ...(task.trimEnd && { endDeltaTicks: Math.min(shown.endTicks, window.endTicks) - window.endTicks }),
    videoFrameCount: shown.frameCount,
  };
};

const shownOf = ({ evenFrames: { grid, firstFrame, endFrame }, endTicks }: EvenShare) => ({
  ...{ firstTicks: grid.ticksOf(firstFrame), endTicks, frameCount: endFrame - firstFrame },
});
