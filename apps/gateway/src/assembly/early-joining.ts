import { Inject, Injectable } from '@nestjs/common';
import type { ExportRecord, TaskResult } from '@clipfleet/ledger';
import { type CompletedPart, OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { LOGGER, type Logger } from '@clipfleet/platform';
import { LRUCache } from 'lru-cache';
import { uploadPlace } from '../uploads/upload-place.js';

const MAX_RUNS = 1_000;

/** What this gateway has heard of a run's tasks. */
interface HeardParts {
  byTask: Map<number, readonly CompletedPart[]>;
  /** Of the first tasks, without a gap. */
  leading: CompletedPart[];
  leadingTasks: number;
}

/**
 * Lets stores that move bytes when they complete an upload begin while tasks still run. From memory alone: what another
 * gateway was told, or this one before it was restarted, is joined at the end.
 */
@Injectable()
export class EarlyJoining {
  private readonly runs = new LRUCache<string, HeardParts>({ max: MAX_RUNS });

  constructor(
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A task was counted as completed. Resolves when the store has joined what it could, which nobody needs to wait for. */
  async taskCompleted(record: ExportRecord, taskIndex: number, { parts }: Pick<TaskResult, 'parts'>): Promise<void> {
    const { id, generation, state, plan, uploadId, destination } = record;
    const run = `${id}:${generation}`;
    if (state !== 'running' || plan?.firstPartBytes === undefined || uploadId === null) {
      this.runs.delete(run);
      return;
    }
    const leading = this.heard(run, taskIndex, parts);
    const at = uploadPlace(destination, plan);
    if (leading.length === 0) return;
    try {
      const expected = { firstPartBytes: plan.firstPartBytes, others: leading };
      await this.stores.get(at.storeId).prepareCompletion?.(at, uploadId, expected);
    } catch (error) {
      this.logger.debug({ exportId: id, generation, err: error }, 'parts could not be joined early');
    }
  }

  /** Of the first tasks, those that were not known before; none when this task is not one of them. */
  private heard(run: string, taskIndex: number, parts: readonly CompletedPart[]): readonly CompletedPart[] {
    const heard: HeardParts = this.runs.get(run) ?? { byTask: new Map(), leading: [], leadingTasks: 0 };
    this.runs.set(run, heard);
    heard.byTask.set(taskIndex, parts);
    const before = heard.leadingTasks;
    for (let next; (next = heard.byTask.get(heard.leadingTasks)); heard.leadingTasks += 1) {
      heard.leading.push(...next);
      heard.byTask.delete(heard.leadingTasks);
    }
    return heard.leadingTasks > before ? [...heard.leading] : [];
  }
}
