import type { Better } from '../measure/comparison.js';
import type { CaseName } from './arguments.js';

/** How much there is of what a case works on. */
export interface BenchScale {
  name: 'full' | 'smoke';
  /** Of the two minutes that are encoded; segments of 6 s. */
  encodedSegments: number;
  /** Of ten minutes each, in the three hours that show the memory of a worker. */
  longLoops: number;
  /** Of the recording that grows, six seconds each. */
  liveSegments: number;
}

export const FULL_SCALE: BenchScale = { name: 'full', encodedSegments: 20, longLoops: 18, liveSegments: 10 };
/** Everything runs once, on tiny pictures: its figures mean nothing. */
export const SMOKE_SCALE: BenchScale = { name: 'smoke', encodedSegments: 2, longLoops: 2, liveSegments: 4 };

/** One comparison. Its two sides run by turns on the same stack and do the same work, each with a result of its own. */
export interface BenchCase {
  readonly name: CaseName;
  readonly unit: 'ms' | 'CPU-ms/job' | 'requests/s' | 'MB/CPU-s' | 'MB';
  readonly better: Better;
  /** What each side does, in words. */
  readonly what: { ours: string; baseline: string };
  /** Both sides do the same work, so that their processor times compare: the fleet's with that of the baseline and its programs. */
  readonly comparesCpu?: boolean;
  /** Each measurement begins with a process of its own: there is no round 0. */
  readonly startsCold?: boolean;
  /** What bounds the two figures on one machine. */
  readonly limit: string;
  /** Before the first round. */
  prepare(): Promise<void>;
  /** One figure in {@link unit}. Round 0 warms up. */
  ours(round: number): Promise<number>;
  baseline(round: number): Promise<number>;
  /** After both sides of a round, unmeasured. */
  afterRound?(): Promise<void>;
  /** After the last round, also after a failed one: nothing of the case is left. */
  finish(): Promise<void>;
}
