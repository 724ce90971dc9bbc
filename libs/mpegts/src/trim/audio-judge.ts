import type { PesRecord } from '../probe/pes-tracker.js';
import type { Verdict } from './packet-queue.js';
import type { PesSurvey } from './queued-audio.js';
import { type PesCut, rewritePes } from './rewrite-pes.js';

/** When a stream is cut; `none`: it is not; `unknown`: not known yet. */
export type Edge = number | 'none' | 'unknown';

/** No PES lasts longer: stamps are at most 0.7 s apart (ISO/IEC 13818-1 §2.7.4), and not everybody keeps to it. */
const MAX_PES_TICKS = 10 * 90_000;

/**
 * Decides what stays of an audio stream's PES: the frames with start ≤ time < end, each of them whole, wherever PES begin. Only a
 * PES that has frames on both sides of an edge is rewritten, or the end of one frame before it. Where no frames are found in a PES,
 * its stamp decides.
 */
export class AudioJudge {
  private readonly verdicts = new WeakMap<PesRecord, Verdict>();
  private readonly startedPids = new Set<number>();
  private readonly endedPids = new Set<number>();
  /** When the next frame is due behind the newest PES that was looked into, by PID. */
  private readonly dueTicks = new Map<number, number | undefined>();

  hasEnded(pid: number): boolean {
    return this.endedPids.has(pid);
  }

  /** Of the PES at the head of the queue. `survey`: looks into it. Undefined: more bytes are needed. */
  judge(
    record: PesRecord,
    edges: { readonly start: Edge; readonly end: Edge },
    survey: (dueTicks: number | undefined) => PesSurvey,
  ): Verdict | undefined {
    const known = this.verdicts.get(record);
    if (known !== undefined) return known;
    const { pid } = record.stream;
    if (this.endedPids.has(pid)) return false;
    const start = this.startedPids.has(pid) ? 'none' : edges.start;
    const end = isFarBefore(record, edges.end) ? 'none' : edges.end;
    if (!record.isKnown || start === 'unknown' || end === 'unknown') return undefined;
    if (start === 'none' && end === 'none') {
      this.dueTicks.delete(pid);
      return true;
    }
    const surveyed = survey(this.dueTicks.get(pid));
    const verdict = this.decide(surveyed, start, end);
    if (verdict === undefined) return undefined;
    this.dueTicks.set(pid, surveyed.nextTicks);
    this.verdicts.set(record, verdict);
    return verdict;
  }

  private decide(survey: PesSurvey, start: number | 'none', end: number | 'none'): Verdict | undefined {
    const { record } = survey.pes;
    const first = start === 'none' ? {} : cutStart(survey, start);
    if (first === undefined) return undefined;
    if (first === 'outside') return false;
    const last = end === 'none' ? {} : cutEnd(survey, end);
    if (last === undefined) return undefined;
    this.startedPids.add(record.stream.pid);
    if (last === 'outside' || last.toBytes !== undefined) this.endedPids.add(record.stream.pid);
    if (last === 'outside' || (first.fromBytes ?? 0) >= (last.toBytes ?? Infinity)) return false;
    const cut = { ...last, ...first };
    return cut.fromBytes === undefined && cut.toBytes === undefined ? true : rewritePes(survey.pes, cut);
  }
}

const isFarBefore = ({ ptsTicks, earlierTicks }: PesRecord, end: Edge): boolean =>
  typeof end === 'number' && (ptsTicks ?? earlierTicks ?? -Infinity) < end - MAX_PES_TICKS;

/** The PES from its first frame at or after a time on; `outside`: it has none. */
const cutStart = ({ pes, frames, isComplete }: PesSurvey, startTicks: number): PesCut | 'outside' | undefined => {
  const { ptsTicks } = pes.record;
  const first = frames.find((frame) => !frame.dependent && (frame.ticks ?? -Infinity) >= startTicks);
  if (first?.at === 0 && first.ticks === ptsTicks) return {};
  if (!isComplete) return undefined;
  if (first !== undefined) return { fromBytes: first.at, ptsTicks: first.ticks! };
  return frames.length === 0 && (ptsTicks ?? -Infinity) >= startTicks ? {} : 'outside';
};

/** The PES up to its first frame at or after a time; `outside`: nothing of it is before. */
const cutEnd = ({ pes, frames, isComplete }: PesSurvey, endTicks: number): PesCut | 'outside' | undefined => {
  if (!isComplete) return undefined;
  const beyond = frames.find((frame) => !frame.dependent && (frame.ticks ?? -Infinity) >= endTicks);
  if (beyond === undefined) {
    return frames.length === 0 && (pes.record.ptsTicks ?? -Infinity) >= endTicks ? 'outside' : {};
  }
  if (beyond.at === 0) return 'outside';
  return { toBytes: beyond.at, endTicks: beyond.ticks!, isTimeless: frames[0] === beyond };
};
