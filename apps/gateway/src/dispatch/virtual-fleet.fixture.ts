import { type WorkKind, workSubject } from '@clipfleet/contracts';
import type { ConsumerLoad } from '@clipfleet/jetstream';
import {
  DispatchRepository,
  ExportRepository,
  type LedgerDatabase,
  type NewExport,
  NewExports,
  OutboxRepository,
  TenantRepository,
  UploadRepository,
  WorkRepository,
} from '@clipfleet/ledger';
import { planOf } from '../gateway.fixture.js';
import { newExportLimits } from '../exports/new-export-limits.js';
import type { GatewayConfig } from '../gateway-config.js';
import { VirtualClock } from './virtual-clock.fixture.js';
import { type QueuedWork, VirtualQueue } from './virtual-queue.fixture.js';
import { WorkRelease } from './work-release.js';

/** How long each step takes, in virtual time. */
export interface VirtualTimes {
  planMs: number;
  taskMs: number;
  assembleMs: number;
  /** From the end of a piece of work to the ledger that counts it. */
  reportMs: number;
  /** From a look at what waits, or a change that writes a message, to that message in its queue. */
  publishMs: number;
}

export interface VirtualSlots {
  planners: number;
  workers: number;
}

const ASSEMBLY_SLOTS = 8;
/** The dispatcher's own pace. */
const LOOK_EVERY_MS = 200;
const BATCH_SIZE = 1_000;
const completed = { coverage: planOf(1).coverage, sizeBytes: 1, storeCopyBytes: 0, workerBytes: 1, warnings: [] };

/**
 * A fleet whose ledger, admission, dispatch and relay are the real ones, and whose planners, workers and assemblies take nothing
 * but virtual time: what an export waits for does not depend on the machine this runs on.
 */
export class VirtualFleet {
  readonly clock = new VirtualClock();
  readonly tasks: VirtualQueue;
  private readonly plans: VirtualQueue;
  private readonly queues: ReadonlyMap<string, VirtualQueue>;
  private readonly release: WorkRelease;
  private readonly dispatch: DispatchRepository;
  private readonly newExports: NewExports;
  private readonly outbox: OutboxRepository;
  private readonly uploads: UploadRepository;
  private readonly work: WorkRepository;
  private readonly tenants: TenantRepository;
  private readonly endedAtMs = new Map<string, number>();
  /** Exports whose tasks take another time. */
  private other?: { exportIds: ReadonlySet<string>; taskMs: () => number };
  private isLooking = false;
  private isWoken = false;

  constructor(
    ledger: LedgerDatabase,
    private readonly config: GatewayConfig,
    private readonly times: VirtualTimes,
    { planners, workers }: VirtualSlots,
  ) {
    this.dispatch = new DispatchRepository(ledger);
    this.newExports = new NewExports(new ExportRepository(ledger));
    this.outbox = new OutboxRepository(ledger);
    this.uploads = new UploadRepository(ledger);
    this.work = new WorkRepository(ledger);
    this.tenants = new TenantRepository(ledger);
    const { planMs, taskMs, assembleMs } = times;
    type Service = number | ((work: QueuedWork) => number);
    const queue = (slots: number, service: Service, change: (work: QueuedWork) => Promise<unknown>): VirtualQueue =>
      new VirtualQueue(this.clock, slots, typeof service === 'number' ? () => service : service, (work) =>
        this.report(() => change(work)),
      );
    const taskTime = ({ exportId }: QueuedWork): number =>
      this.other?.exportIds.has(exportId) ? this.other.taskMs() : taskMs;
    this.plans = queue(planners, planMs, (work) => this.planned(work));
    this.tasks = queue(workers, taskTime, (work) => this.work.completeTask(work, 0, taskResult));
    const assemblies = queue(ASSEMBLY_SLOTS, assembleMs, (work) => this.assembled(work));
    this.queues = new Map([
      [workSubject.plan, this.plans],
      [workSubject.segment, this.tasks],
      [workSubject.assemble, assemblies],
    ]);
    this.release = new WorkRelease({
      dispatch: this.dispatch,
      loadOf: (kind) => Promise.resolve(this.loadOf(kind)),
      assumedSlots: config.assumedSlots,
      limits: config,
      nowMs: () => this.clock.nowMs,
    });
  }

  resize({ planners, workers }: VirtualSlots): void {
    this.plans.resize(planners);
    this.tasks.resize(workers);
  }

  /** Records them as a gateway would, all at the present time; the last of them is held against the tenant's limit. */
  async submit(inputs: readonly NewExport[]): Promise<string[]> {
    const limits = newExportLimits((await this.tenants.terms(inputs[0].tenantId))?.limits ?? {}, this.config);
    const { maxRunningExports } = limits;
    const made = await Promise.all(
      inputs.slice(0, -1).map((input) => this.newExports.createOrFind({ ...input, maxRunningExports })),
    );
    made.push(await this.newExports.createOrFind({ ...inputs.at(-1)!, ...limits }));
    if (made.some(({ isHeld }) => isHeld)) this.wake();
    if (made.some(({ isHeld }) => !isHeld)) this.publishSoon();
    return made.map(({ export: { id } }) => id);
  }

  /** From its POST to its end, in virtual time. */
  async waitOf(input: NewExport): Promise<number> {
    const postedMs = this.clock.nowMs;
    const [id] = await this.submit([input]);
    await this.clock.runUntil(() => this.endedAtMs.has(id));
    return this.endedAtMs.get(id)! - postedMs;
  }

  /** From now on a task of one of these exports takes so long, each by itself. */
  setTaskMs(exportIds: ReadonlySet<string>, taskMs: () => number): void {
    this.other = { exportIds, taskMs };
  }

  /** Exports that have not begun, because it is not their turn. */
  async waitingCount(): Promise<number> {
    const [{ count }] = await this.dispatch.held([workSubject.plan]);
    return count;
  }

  private loadOf(kind: WorkKind): ConsumerLoad {
    return this.queues.get(workSubject[kind])?.load() ?? nothing;
  }

  private report(change: () => Promise<unknown>): void {
    this.clock.after(this.times.reportMs, async () => {
      await change();
      this.wake();
      this.publishSoon();
    });
  }

  /** As the turn loop of the dispatcher: one look at a time, another one when something was said meanwhile. */
  private wake(): void {
    this.isWoken = true;
    if (!this.isLooking) this.clock.after(0, () => this.look());
  }

  private async look(): Promise<void> {
    if (this.isLooking || !this.isWoken) return;
    this.isLooking = true;
    this.isWoken = false;
    const released = await this.release.releaseOnce();
    this.clock.after(this.times.publishMs, async () => {
      this.isLooking = false;
      if (released) await this.publish();
      if (this.isWoken) await this.look();
      else if (released !== undefined) this.clock.after(LOOK_EVERY_MS, () => this.wake());
    });
  }

  private publishSoon(): void {
    this.clock.after(this.times.publishMs, () => this.publish());
  }

  private async publish(): Promise<void> {
    await this.outbox.publishBatch(BATCH_SIZE, async (messages) => {
      for (const { subject, exportId, generation } of messages)
        this.queues.get(subject)?.push({ exportId, generation });
      return messages.map(({ id }, index) => ({ id, streamSequence: index + 1 }));
    });
  }

  private async planned(work: QueuedWork): Promise<void> {
    const upload = await this.uploads.begin(work);
    await this.uploads.opened(upload!.id, 'upload');
    await this.work.recordPlan(work, planOf(1), 'upload');
  }

  private async assembled(work: QueuedWork): Promise<void> {
    const content = { mimeType: 'video/mp2t', mediaType: 'video' } as const;
    const result = { ...completed, coverage: { ...completed.coverage, achieved: completed.coverage.planned } };
    const ended = await this.work.markCompleted(work, result, { validForMs: 60_000, content, written: [] });
    if (!ended) throw new Error(`${work.exportId} could not be completed`);
    this.endedAtMs.set(work.exportId, this.clock.nowMs);
  }
}

const nothing: ConsumerLoad = { waitingPulls: 0, pendingCount: 0, ackPendingCount: 0, takenCount: 0 };

const taskResult = {
  parts: [{ partNumber: 1, etag: 'e', sizeBytes: 1_000 }],
  storeCopyBytes: 0,
  workerBytes: 1_000,
  warnings: [],
};
