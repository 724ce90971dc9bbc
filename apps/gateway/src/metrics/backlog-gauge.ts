import { Inject, Injectable } from '@nestjs/common';
import { workKindOfTask, workSubject } from '@clipfleet/contracts';
import { BacklogRepository, DispatchRepository } from '@clipfleet/ledger';
import { backlogWorkSeconds, heldOldestAgeSeconds, heldWork, LOGGER, type Logger } from '@clipfleet/platform';
import { dispatchedKinds, dispatchedSubjects } from '../dispatch/dispatched-kinds.js';
import { TaskSpeeds } from './task-speeds.js';
import { ReadGauges } from './read-gauges.js';

const EVERY_MS = 10_000;
const KINDS = [...new Set(Object.values(workKindOfTask))];

/**
 * How long one slot would work on all that is not done. The ledger knows tasks that wait in the outbox or for a retry too, and
 * how large they are: a queue of few long tasks is seen as what it is.
 */
@Injectable()
export class BacklogGauge extends ReadGauges {
  constructor(
    @Inject(BacklogRepository) private readonly backlog: BacklogRepository,
    @Inject(DispatchRepository) private readonly dispatch: DispatchRepository,
    @Inject(TaskSpeeds) private readonly speeds: TaskSpeeds,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ gauges: [backlogWorkSeconds, heldOldestAgeSeconds, heldWork], everyMs: EVERY_MS, logger });
  }

  override async read(): Promise<void> {
    const secondsByKind = new Map(KINDS.map((kind) => [kind, 0]));
    for (const { taskKind, workBytes } of await this.backlog.unfinished()) {
      const kind = workKindOfTask[taskKind];
      secondsByKind.set(kind, secondsByKind.get(kind)! + this.speeds.secondsFor(taskKind, workBytes));
    }
    for (const [kind, seconds] of secondsByKind) backlogWorkSeconds.set({ kind }, seconds);
    const held = new Map((await this.dispatch.held(dispatchedSubjects)).map((each) => [each.subject, each]));
    for (const kind of dispatchedKinds) {
      const { count, oldestAgeMs } = held.get(workSubject[kind])!;
      heldWork.set({ kind }, count);
      heldOldestAgeSeconds.set({ kind }, oldestAgeMs / 1000);
    }
  }
}
