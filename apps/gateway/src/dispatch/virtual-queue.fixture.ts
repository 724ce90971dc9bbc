import type { ConsumerLoad } from '@clipfleet/jetstream';
import type { VirtualClock } from './virtual-clock.fixture.js';

export interface QueuedWork {
  exportId: string;
  generation: number;
}

/** A work queue and those who work on it: first in, first out, each message for so long. */
export class VirtualQueue {
  private readonly pending: QueuedWork[] = [];
  private working = 0;
  private done = 0;
  private begun = 0;

  constructor(
    private readonly clock: VirtualClock,
    private slots: number,
    private readonly serviceMs: (work: QueuedWork) => number,
    private readonly onDone: (work: QueuedWork) => void,
  ) {}

  /** Work that was done since the fleet began. */
  get doneCount(): number {
    return this.done;
  }

  /** As the leader of the consumer would tell it. */
  load(): ConsumerLoad {
    const waitingPulls = Math.max(0, this.slots - this.working);
    return { waitingPulls, pendingCount: this.pending.length, ackPendingCount: this.working, takenCount: this.begun };
  }

  resize(slots: number): void {
    this.slots = slots;
    this.begin();
  }

  push(work: QueuedWork): void {
    this.pending.push(work);
    this.begin();
  }

  private begin(): void {
    while (this.working < this.slots) {
      const work = this.pending.shift();
      if (!work) return;
      this.working += 1;
      this.begun += 1;
      this.clock.after(this.serviceMs(work), () => {
        this.working -= 1;
        this.done += 1;
        this.begin();
        this.onDone(work);
      });
    }
  }
}
