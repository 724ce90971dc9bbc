import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { eventSubject, type TaskCompleted } from '@clipfleet/contracts';
import { Consumes } from '@clipfleet/jetstream';
import { WorkRepository } from '@clipfleet/ledger';
import { crashPoint } from '@clipfleet/platform';
import { EarlyJoining } from '../assembly/early-joining.js';
import { ExportChanges } from '../exports/export-changes.js';
import { TaskSpeeds } from '../metrics/task-speeds.js';

/** A task is done: the ledger counts it, and the last one starts assembly. */
@Controller()
export class TaskCompletedConsumer {
  constructor(
    @Inject(WorkRepository) private readonly work: WorkRepository,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
    @Inject(TaskSpeeds) private readonly speeds: TaskSpeeds,
    @Inject(EarlyJoining) private readonly joining: EarlyJoining,
  ) {}

  @Consumes(eventSubject.taskCompleted)
  async handle(@Payload() message: TaskCompleted): Promise<void> {
    const { kind: _kind, version: _version, exportId, generation, taskIndex, effort, ...result } = message;
    const changed = await this.work.completeTask({ exportId, generation }, taskIndex, result);
    crashPoint('task.counted');
    if (!changed) return;
    if (effort) this.speeds.observe(effort);
    this.changes.tell(changed);
    void this.joining.taskCompleted(changed, taskIndex, result);
  }
}
