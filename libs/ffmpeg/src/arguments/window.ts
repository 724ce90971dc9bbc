/** The part of the local stream's clock that belongs to the output: `[startTicks, endTicks)` in 90 kHz ticks. */
export interface MediaWindow {
  startTicks: number;
  endTicks: number;
}

/** ffmpeg's decimal seconds from ticks, exact to a tenth of a tick. */
export const ticksToSecondsText = (ticks: number): string => (ticks / 90_000).toFixed(7);
