/** A segment as a packager leaves it, small: {@link fatten} makes it as large as a real one. */
export interface SourceSegment {
  readonly bytes: Uint8Array;
  readonly durationSeconds: number;
  /** 0-based: an encoder that begins anew begins a run. */
  readonly run: number;
  /** Bytes of a packet that the segment before began. */
  readonly phaseBytes: number;
  /** Listed, and not there. */
  readonly isMissing?: boolean;
}

export interface Source {
  readonly segments: readonly SourceSegment[];
}
