import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { workKindOfTask } from '@clipfleet/contracts';
import { BacklogRepository, DispatchRepository } from '@clipfleet/ledger';
import { backlogWorkSeconds, heldWork, LOGGER, type Logger } from '@clipfleet/platform';
import { dispatchedKinds, dispatchedSubjects } from '../dispatch/dispatched-kinds.js';
import { TaskSpeeds } from './task-speeds.js';
import { readEvery } from './read-every.js';

const EVERY_MS = 10_000;
const KINDS = [...new Set(Object.values(workKindOfTask))];

/**
 * How long one slot would work on all that is not done. The ledger knows tasks that wait in the outbox or for a retry too, and
 * how large they are: a queue of few long tasks is seen as what it is.
 */
@Injectable()
export class BacklogGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  private reading?: { stop: () => void };

  constructor(
    @Inject(BacklogRepository) private readonly backlog: BacklogRepository,
    @Inject(DispatchRepository) private readonly dispatch: DispatchRepository,
    @Inject(TaskSpeeds) private readonly speeds: TaskSpeeds,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.reading = readEvery(EVERY_MS, () => this.read(), this.logger);
  }

  onApplicationShutdown(): void {
    this.reading?.stop();
  }

  async read(): Promise<void> {
    const secondsByKind = new Map(KINDS.map((kind) => [kind, 0]));
    for (const { taskKind, workBytes } of await this.backlog.unfinished()) {
      const kind = workKindOfTask[taskKind];
      secondsByKind.set(kind, secondsByKind.get(kind)! + this.speeds.secondsFor(taskKind, workBytes));
    }
    for (const [kind, seconds] of secondsByKind) backlogWorkSeconds.set({ kind }, seconds);
    const held = await this.dispatch.heldCounts(dispatchedSubjects);
    for (const [index, kind] of dispatchedKinds.entries()) {
      heldWork.set({ kind }, held.find(({ subject }) => subject === dispatchedSubjects[index])?.count ?? 0);
    }
  }
}
