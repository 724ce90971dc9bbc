import type { Coverage, PlanWarning, Span, StoryboardSheet } from '@clipfleet/timeline';

export type AchievedCoverage = Coverage & {
  /** Where the output really starts and ends, as the workers measured; as planned where they did not. */
  achieved: Span;
};

/** What a completed export tells: what was asked, what it covers, what it cost. */
export interface ExportResult {
  coverage: AchievedCoverage;
  /** Of an edit of several clips: each one's, on its own clock. */
  clips?: AchievedCoverage[];
  sizeBytes: number;
  /** Bytes that were copied inside the store, without passing a worker. */
  storeCopyBytes: number;
  /** Bytes that workers (or, for playlists, the gateway) wrote. */
  workerBytes: number;
  videoFrameCount?: number;
  /** Of a cut whose edges were encoded: how many pictures were. */
  encodedFrameCount?: number;
  storyboard?: StoryboardSheet;
  warnings: PlanWarning[];
}
