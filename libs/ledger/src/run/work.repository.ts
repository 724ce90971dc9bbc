import type { ErrorCode, TaskReport, WorkRef } from '@clipfleet/contracts';
import { workKindOfTask, workSubject } from '@clipfleet/contracts';
import type { Plan, TaskKind } from '@clipfleet/timeline';
import { cleanText, toJson } from '../database/json.js';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import type { Assembly, ExportRecord } from '../export/export-record.js';
import type { ExportResult } from '../export/export-result.js';
import type { FileContent } from '../file/file.repository.js';
import * as sql from './work.statements.js';

/** One run of one export: what is said of an older run changes nothing. */
export interface Run {
  exportId: string;
  generation: number;
}

export interface Failure {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

export interface AttemptReport extends Failure {
  work: WorkRef;
  /** 1-based; a report that was counted already is not counted again. */
  deliveryCount: number;
  retryable: boolean;
  /** Attempts after which a piece of work has failed for good. */
  maxAttempts: number;
  /** How long a failed export answers repeated requests. */
  validForMs: number;
}

/** What an output is. */
export type MadeContent = Omit<FileContent, 'sizeBytes'>;

/** An object as an export left it. */
export interface WrittenObject {
  key: string;
  etag: string;
}

export interface Completed {
  /** How long it answers repeated requests: no longer than its output stays. */
  validForMs: number;
  content: MadeContent;
  written: readonly WrittenObject[];
}

export type TaskResult = TaskReport;

export interface CompletedTask {
  taskIndex: number;
  kind: TaskKind;
  result: TaskResult;
}

/** The arrows of the state machine that planner, workers and assembly cause. Each returns the export as it is then, or undefined: nothing changed. */
export class WorkRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /**
   * queued, planning → running (with tasks), → assembling (without). Plan, tasks and their messages, or none of them. The
   * upload must be open and becomes the run's: one that was given up meanwhile changes nothing.
   */
  recordPlan(run: Run, plan: Plan, uploadId: string | undefined): Promise<ExportRecord | undefined> {
    const { tasks, ...summary } = plan;
    return this.change(sql.recordPlan, [...key(run), toJson(summary), uploadId ?? null, ...taskValues(tasks)]);
  }

  /** running: further tasks of a recording that grows, and whether there will be more; the last one may also → assembling. */
  extendPlan(run: Run, step: number, plan: Plan): Promise<ExportRecord | undefined> {
    const { tasks, ...summary } = plan;
    return this.change(sql.extendPlan, [...key(run), step, toJson(summary), ...taskValues(tasks)]);
  }

  /** The last of an export's tasks also moves it: running → assembling. */
  completeTask(run: Run, taskIndex: number, result: TaskResult): Promise<ExportRecord | undefined> {
    return this.change(sql.completeTask, [...key(run), taskIndex, toJson(result)]);
  }

  /** Counts an attempt; at the limit, or when no other can succeed: → failed. */
  failAttempt(run: Run, report: AttemptReport): Promise<ExportRecord | undefined> {
    const { work } = report;
    const values = [...key(run), report.deliveryCount, report.retryable, report.maxAttempts, ...failureValues(report)];
    if (work.kind === 'task') return this.change(sql.failTaskAttempt, [...values, work.taskIndex]);
    if (work.kind === 'plan' && work.step !== undefined)
      return this.change(sql.failExtensionAttempt, [...values, work.step]);
    if (work.kind === 'plan') return this.change(sql.failPlanAttempt, values);
    if (work.kind === 'assemble') return this.change(sql.failAssembleAttempt, values);
    return Promise.resolve(undefined); // cleanup: the sweeper does it again
  }

  /** Any unfinished state → failed. */
  fail(run: Run, failure: Failure & { validForMs: number }): Promise<ExportRecord | undefined> {
    return this.change(sql.fail, [...key(run), ...failureValues(failure)]);
  }

  /** Any unfinished state → queued, next generation; undefined also when there were `maxGenerations` already. */
  restart(run: Run, maxGenerations: number): Promise<ExportRecord | undefined> {
    return this.change(sql.restart, [...key(run), maxGenerations]);
  }

  /**
   * The same, told by a task that found its upload gone. Only while the task is still to be done: a late delivery of one that
   * was counted finds no upload because the export is being completed, or is.
   */
  restartFromTask(run: Run, taskIndex: number, maxGenerations: number): Promise<ExportRecord | undefined> {
    return this.change(sql.restartFromTask, [...key(run), maxGenerations, taskIndex]);
  }

  /** Keeps the part list before it is sent, where it could not be made a second time. */
  recordAssembly(run: Run, assembly: Assembly): Promise<ExportRecord | undefined> {
    return this.change(sql.recordAssembly, [...key(run), toJson(assembly)]);
  }

  /** assembling → completed, with the file it makes, and the orders to remove what expires. */
  markCompleted(
    run: Run,
    result: ExportResult,
    { validForMs, content, written }: Completed,
  ): Promise<ExportRecord | undefined> {
    return this.change(sql.markCompleted, [
      ...key(run),
      ...[toJson(result), validForMs, content.mimeType, content.mediaType],
      ...[written.map((object) => object.key), written.map((object) => object.etag)],
    ]);
  }

  /** Results of a run's completed tasks, in the order of the plan. */
  completedTasks(run: Run): Promise<CompletedTask[]> {
    return this.database.query<CompletedTask>(sql.completedTasks, key(run));
  }

  private async change(statement: Statement, values: unknown[]): Promise<ExportRecord | undefined> {
    return (await this.database.query<ExportRecord>(statement, values))[0];
  }
}

/** How many, their bytes, and a column for each of their fields. */
const taskValues = (tasks: Plan['tasks']): unknown[] => [
  tasks.length,
  tasks.reduce((sum, task) => sum + task.workBytes, 0),
  tasks.map((task) => task.kind),
  tasks.map((task) => workSubject[workKindOfTask[task.kind]]),
  tasks.map((task) => task.workBytes),
  tasks.map((task) => toJson(task)),
];

const key = (run: Run): [string, number] => [run.exportId, run.generation];

const failureValues = (failure: Failure & { validForMs: number }): unknown[] => [
  failure.code,
  cleanText(failure.message),
  toJson(failure.details),
  failure.validForMs,
];
