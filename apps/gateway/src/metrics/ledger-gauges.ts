import { Inject, Injectable } from '@nestjs/common';
import { BacklogRepository } from '@clipfleet/ledger';
import { exportIdleSeconds, exportsUnfinished, LOGGER, type Logger, outboxPending } from '@clipfleet/platform';
import { ReadGauges } from './read-gauges.js';

const EVERY_MS = 10_000;
/** Of these an export may have been a moment ago: their series fall to 0 instead of staying. */
const STATES = ['queued', 'planning', 'running', 'assembling'];

/** What the ledger has on its hands, and whether any of it stands still. */
@Injectable()
export class LedgerGauges extends ReadGauges {
  constructor(
    @Inject(BacklogRepository) private readonly backlog: BacklogRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ gauges: [exportsUnfinished, exportIdleSeconds, outboxPending], everyMs: EVERY_MS, logger });
  }

  override async read(): Promise<void> {
    const standing = await this.backlog.standing();
    for (const state of STATES) {
      exportsUnfinished.set({ state }, standing.find((row) => row.state === state)?.count ?? 0);
    }
    exportIdleSeconds.set(Math.max(0, ...standing.map(({ idleMs }) => idleMs)) / 1000);
    outboxPending.set(await this.backlog.unpublishedCount());
  }
}
