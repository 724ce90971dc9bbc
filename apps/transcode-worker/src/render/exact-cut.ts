import type { MeasuredCut } from '@clipfleet/contracts';
import type { MediaWindow, VideoTimes } from '@clipfleet/ffmpeg';
import type { RenderTask } from '@clipfleet/timeline';

/** What an exact cut shows, against the request: the pictures inside the window are those of the output. */
export const exactCut = (task: RenderTask, window: MediaWindow, times: VideoTimes): MeasuredCut => {
  const shown = times.shownIn(window);
  if (!shown) return times.picture ? { videoFrameCount: 0 } : {};
  return {
    ...(task.trimStart && { startDeltaTicks: shown.firstTicks - window.startTicks }),
    ...(task.trimEnd && { endDeltaTicks: Math.min(shown.endTicks, window.endTicks) - window.endTicks }),
    videoFrameCount: shown.frameCount,
  };
};
