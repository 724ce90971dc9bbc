import type { RangeSpan } from '../report/range-report.js';
import type { PlacedRun, PlacedSpan } from './place-runs.js';

/** A track of the output: what stands for it in every run that has it. */
export interface MatchedTrack {
  readonly kind: 'video' | 'audio';
  readonly language: string | undefined;
  readonly spans: PlacedSpan[];
}

interface OpenTrack extends MatchedTrack {
  pid: number;
}

/**
 * Which stream of a run continues which track: the one with the same PID, else the first free one of the same kind and
 * language, else of the same kind. A stream that finds none becomes a new track. Video first, then audio, in PMT order.
 */
export function matchTracks(runs: readonly PlacedRun[]): MatchedTrack[] {
  const tracks: OpenTrack[] = [];
  for (const run of runs) {
    const streams = streamsOf(run);
    const taken = new Map<number, OpenTrack>();
    const claim = (fits: (track: OpenTrack, span: RangeSpan) => boolean): void => {
      for (const [{ span }] of streams) {
        if (taken.has(span.pid)) continue;
        const free = tracks.filter((track) => track.kind === span.kind && ![...taken.values()].includes(track));
        const found = free.find((track) => fits(track, span));
        if (found !== undefined) taken.set(span.pid, found);
      }
    };
    claim((track, span) => track.pid === span.pid);
    claim((track, span) => track.language === span.language);
    claim(() => true);
    for (const spans of streams) extend(tracks, taken.get(spans[0].span.pid), spans);
  }
  return [...tracks.filter((t) => t.kind === 'video'), ...tracks.filter((t) => t.kind === 'audio')];
}

function streamsOf(run: PlacedRun): PlacedSpan[][] {
  const byPid = new Map<number, PlacedSpan[]>();
  for (const placed of run.spans) byPid.set(placed.span.pid, [...(byPid.get(placed.span.pid) ?? []), placed]);
  return [...byPid.values()].sort(([a], [b]) => a.span.streamIndex - b.span.streamIndex);
}

function extend(tracks: OpenTrack[], track: OpenTrack | undefined, spans: PlacedSpan[]): void {
  const [{ span }] = spans;
  if (track === undefined) {
    tracks.push({ kind: span.kind, language: span.language, pid: span.pid, spans: [...spans] });
    return;
  }
  track.pid = span.pid;
  track.spans.push(...spans);
}
