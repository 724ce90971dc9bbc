import type { ClockRun } from './clock-runs.js';
import type { StampPlaces } from './packet-stamps.js';

/** What of a packet is on a clock, each with the run whose clock it is. Places count from the packet's start. */
export interface Clocked {
  readonly pes?: PlacedPes;
  readonly pcr?: { readonly run: ClockRun; readonly ticks: number };
  readonly cue?: { readonly run: ClockRun; readonly from: number; readonly to: number };
}

/** PTS and DTS on the source's clock, unwrapped within their run. */
export interface PlacedPes {
  readonly run: ClockRun;
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly places: StampPlaces;
}

/** Its times cannot be written yet. */
export const isPending = (clocked: Clocked | undefined): boolean =>
  clocked !== undefined &&
  [clocked.pes, clocked.pcr, clocked.cue].some((time) => time !== undefined && time.run.offsetTicks === undefined);
