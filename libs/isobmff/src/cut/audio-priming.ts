import { audioEndTicks, type SelectedSample } from './select.js';

/** Frames an audio decoder wants before the first it shall play: one to overlap with, one for the filters to settle. */
const PRIMING_FRAMES = 2;

/** Holds back each track's audio until the frame that reaches `fromTicks`, and lets that one follow its priming frames. */
export class AudioPriming {
  private readonly held = new Map<number, SelectedSample[]>();
  private readonly started = new Set<number>();

  constructor(private readonly fromTicks: number) {}

  push(item: SelectedSample): SelectedSample[] {
    const { pid } = item.sample;
    if (this.started.has(pid)) return [item];
    const held = this.held.get(pid) ?? [];
    if (audioEndTicks(item.sample) > this.fromTicks) {
      this.started.add(pid);
      this.held.delete(pid);
      return [...held, item];
    }
    this.held.set(pid, [...held, item].slice(-PRIMING_FRAMES));
    return [];
  }
}
