import { Inject, Injectable } from '@nestjs/common';
import { workKindOfTask } from '@clipfleet/contracts';
import { IdleSlots } from '@clipfleet/jetstream';
import type { Plan, PlanLimits } from '@clipfleet/timeline';

/** What of the limits of a plan follows from how busy the fleet is. */
export type SlotLimits = Pick<PlanLimits, 'idleSlots' | 'idleTranscodeSlots'>;

/** The fleet as plans see it. */
@Injectable()
export class FleetSlots {
  constructor(@Inject(IdleSlots) private readonly idle: IdleSlots) {}

  async read(): Promise<SlotLimits> {
    const [idleSlots, idleTranscodeSlots] = await Promise.all([this.idle.read('segment'), this.idle.read('transcode')]);
    return { idleSlots, idleTranscodeSlots };
  }

  /** The plan's tasks will take some of them. */
  claim({ tasks }: Plan): void {
    for (const kind of ['segment', 'transcode'] as const) {
      const count = tasks.filter((task) => workKindOfTask[task.kind] === kind).length;
      if (count > 0) this.idle.claim(kind, count);
    }
  }
}
