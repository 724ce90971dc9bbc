import type { Better } from '../measure/statistics.js';
import type { CaseName } from './arguments.js';

/** One comparison. Its two sides run by turns on the same stack and do the same work, each with a result of its own. */
export interface BenchCase {
  readonly name: CaseName;
  readonly unit: 'ms' | 'requests/s' | 'MB/CPU-s' | 'MB';
  readonly better: Better;
  /** What each side does, in words. */
  readonly what: { ours: string; baseline: string };
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
