export interface LoadSize {
  /** Clients that each send a request when the answer to their last one is there. */
  connections: number;
  durationSeconds: number;
}

export interface LoadFigures {
  answered: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** What the cases of `npm run bench` and `npm run bench:api` do alike. */
export const USUAL_LOAD: LoadSize = { connections: 64, durationSeconds: 6 };

/** A load on the gateway and on the plain way to do the same. */
export interface LoadSides {
  readonly what: { ours: string; baseline: string };
  /** Processes that answer, as the stack's processor times name them. */
  readonly servers: { ours: readonly string[]; baseline: readonly string[] };
  readonly limit: string;
  prepare(): Promise<void>;
  ours(size: LoadSize): Promise<LoadFigures>;
  baseline(size: LoadSize): Promise<LoadFigures>;
  /** Unmeasured. */
  afterRound(): Promise<void>;
  finish(): Promise<void>;
}
