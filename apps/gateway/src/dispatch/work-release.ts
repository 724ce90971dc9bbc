import { workSubject } from '@clipfleet/contracts';
import type { ConsumerLoad } from '@clipfleet/jetstream';
import type { DispatchRepository, HeldWork, UnderWayLimits } from '@clipfleet/ledger';
import { dispatchedTotal } from '@clipfleet/platform';
import { type DispatchedKind, dispatchedKinds, dispatchedSubjects } from './dispatched-kinds.js';
import { ReadyWindow } from './ready-window.js';

export interface WorkReleaseOptions {
  dispatch: DispatchRepository;
  /** What the queue of a kind of work has, and who works on it. */
  loadOf: (kind: DispatchedKind) => Promise<ConsumerLoad>;
  assumedSlots: number;
  limits: UnderWayLimits;
  /** Of a clock that is never set. */
  nowMs: () => number;
}

/** Lets as much of the work that waits go as its queues have room for. */
export class WorkRelease {
  private readonly windows = new Map<DispatchedKind, ReadyWindow>();

  constructor(private readonly options: WorkReleaseOptions) {}

  /** How many messages were let go; undefined: nothing waited. */
  async releaseOnce(): Promise<number | undefined> {
    const { dispatch } = this.options;
    const subjects = await dispatch.waitingSubjects(dispatchedSubjects);
    const kinds = dispatchedKinds.filter((kind) => subjects.includes(workSubject[kind]));
    if (kinds.length === 0) return undefined;
    // a look at full queues, the usual one while much waits, needs no transaction
    if (!(await this.isRoomForAnyOf(kinds))) return 0;
    const released = await dispatch.exclusively(async (held) => {
      const counts: [DispatchedKind, number][] = [];
      for (const kind of kinds) counts.push([kind, await this.release(kind, held)]);
      return counts;
    });
    for (const [kind, count] of released) dispatchedTotal.inc({ kind }, count);
    return released.reduce((sum, [, count]) => sum + count, 0);
  }

  private async release(kind: DispatchedKind, held: HeldWork): Promise<number> {
    const subject = workSubject[kind];
    // again, now that nobody else releases any
    const room = (await this.roomFor(kind)) - (await held.onTheirWay(subject));
    if (room <= 0) return 0;
    return kind === 'plan' ? held.releasePlans(room, this.options.limits) : held.releaseTasks(subject, room);
  }

  private async isRoomForAnyOf(kinds: readonly DispatchedKind[]): Promise<boolean> {
    for (const kind of kinds) if ((await this.roomFor(kind)) > 0) return true;
    return false;
  }

  /** Of its queue, without what is on its way there. */
  private async roomFor(kind: DispatchedKind): Promise<number> {
    const { loadOf, nowMs } = this.options;
    return this.windowOf(kind).room(await loadOf(kind), nowMs());
  }

  private windowOf(kind: DispatchedKind): ReadyWindow {
    const window = this.windows.get(kind) ?? new ReadyWindow(this.options.assumedSlots, kind !== 'plan');
    this.windows.set(kind, window);
    return window;
  }
}
