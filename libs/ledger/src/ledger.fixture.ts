import { createHash, randomUUID } from 'node:crypto';
import { workSubject } from '@clipfleet/contracts';
import { createTestDatabase } from '@clipfleet/testing';
import type { Edit, Output, Plan, PlannedTask } from '@clipfleet/timeline';
import { LedgerDatabase } from './database/ledger-database.js';
import { DispatchRepository } from './dispatch/dispatch.repository.js';
import { ExportRepository, type NewExport } from './export/export.repository.js';
import type { ExportRecord } from './export/export-record.js';
import { OutboxRepository, type OutboxMessage } from './outbox/outbox.repository.js';
import { SweepRepository } from './sweep/sweep.repository.js';
import { TenantRepository } from './tenant/tenant.repository.js';
import { UploadRepository } from './upload/upload.repository.js';
import { ReturnedWorkRepository } from './run/returned-work.repository.js';
import { WorkRepository } from './run/work.repository.js';

/** A migrated database of its own with one tenant. */
/** Reading is granted for `in`, writing for `out`. */
export const testGrants = [
  { storeId: 'local', bucket: 'in', prefix: 'live/', canRead: true, canWrite: false },
  { storeId: 'local', bucket: 'out', prefix: '', canRead: false, canWrite: true },
];

export const openTestLedger = async () => {
  const server = await createTestDatabase();
  const database = await LedgerDatabase.open({ url: server.url, poolSize: 10 });
  const tenants = new TenantRepository(database);
  const tenantId = await tenants.seed({ slug: 'acme', token: 'secret', grants: testGrants });
  const outbox = new OutboxRepository(database);
  const exports = new ExportRepository(database);
  const work = new WorkRepository(database);
  const dispatch = new DispatchRepository(database);
  return {
    database,
    tenantId,
    tenants,
    exports,
    work,
    uploads: new UploadRepository(database),
    outbox,
    dispatch,
    returned: new ReturnedWorkRepository(database),
    sweep: new SweepRepository(database),
    /** Lets everything go that waits for its turn. */
    async release(): Promise<void> {
      const limits = { maxRunningExports: 10_000, maxRunningExportsOfTenant: 10_000 };
      await dispatch.exclusively(async (held) => {
        await held.releasePlans(10_000, limits);
        for (const kind of ['segment', 'transcode', 'thumb'] as const)
          await held.releaseTasks(workSubject[kind], 10_000);
      });
    },
    /** Takes all that waits in the outbox, as a dispatcher and a relay would. */
    async drain(): Promise<OutboxMessage[]> {
      await this.release();
      const all: OutboxMessage[] = [];
      await outbox.publishBatch(1000, async (messages) => {
        all.push(...messages);
        return messages.map((message, index) => ({ id: message.id, streamSequence: index + 1 }));
      });
      return all;
    },
    async create(overrides: Partial<NewExport> = {}): Promise<ExportRecord> {
      const { export: created } = await exports.createOrFind(newExport(tenantId, overrides));
      return (await exports.find(created.id))!;
    },
    /** An upload that is open for the export. */
    async open(record: ExportRecord, uploadId = 'u'): Promise<string> {
      const upload = await this.uploads.begin(runOf(record));
      await this.uploads.opened(upload!.id, uploadId);
      return upload!.id;
    },
    /** An export whose plan of `taskCount` tasks is recorded and whose messages are published. */
    async running(taskCount: number): Promise<ExportRecord> {
      const created = await this.create();
      await this.open(created, 'upload-1');
      const planned = await work.recordPlan(runOf(created), planOf(taskCount), 'upload-1');
      await this.drain();
      return planned!;
    },
    /** Makes the database believe that `ms` have passed for this export. */
    async age(exportId: string, ms: number): Promise<void> {
      const by = `- ${ms} * interval '1 millisecond'`;
      await database.dataSource.query(
        `UPDATE export SET accepted_at = accepted_at ${by}, updated_at = updated_at ${by}, ended_at = ended_at ${by},
          valid_until = valid_until ${by} WHERE id = $1`,
        [exportId],
      );
      await database.dataSource.query(
        `UPDATE outbox SET created_at = created_at ${by}, published_at = published_at ${by},
          again_at = again_at ${by} WHERE export_id = $1`,
        [exportId],
      );
      await database.dataSource.query(`UPDATE upload SET created_at = created_at ${by} WHERE export_id = $1`, [
        exportId,
      ]);
    },
    async close(): Promise<void> {
      await database.close();
      await server.drop();
    },
  };
};
export type TestLedger = Awaited<ReturnType<typeof openTestLedger>>;

/** How exports of these tests complete. */
export const asVideo = {
  validForMs: 1000,
  content: { mimeType: 'video/mp2t', mediaType: 'video' },
  written: [{ key: 'clips/a.ts', etag: 'e' }],
} as const;

export const runOf = (record: Pick<ExportRecord, 'id' | 'generation'>) => ({
  exportId: record.id,
  generation: record.generation,
});

export const testEdit: Edit = {
  clips: [
    {
      source: { format: 'hls', locations: [{ storeId: 'local', bucket: 'media', key: 'rec/play.m3u8' }] },
      range: { kind: 'from-start', startMs: 0, durationMs: 10_000 },
    },
  ],
};

export const outputTo = (key: string): Output => ({
  container: 'ts',
  cutMode: 'segment',
  codec: { kind: 'copy' },
  destination: { storeId: 'local', bucket: 'out', key },
  overwrite: true,
  storeCopy: true,
  pipeline: 'auto',
  gapPolicy: 'fail',
  annotations: { project: '', description: '' },
});

export const newExport = (tenantId: string, overrides: Partial<NewExport> = {}): NewExport => ({
  tenantId,
  fingerprint: createHash('sha256').update(randomUUID()).digest('hex'),
  edit: testEdit,
  output: outputTo('clips/a.ts'),
  request: { userId: 'u' },
  ...overrides,
});

const taskOf = (index: number): PlannedTask => ({
  kind: 'ts-parts',
  source: { storeId: 'local', bucket: 'media' },
  workBytes: 1000 + index,
  lead: [],
  cutMode: 'segment',
  parts: [
    {
      partNumber: index + 1,
      method: 'stream',
      pieces: [
        { segmentIndex: index, key: `rec/${index}.ts`, sizeBytes: 1000 + index, durationTicks: 540_000, runIndex: 0 },
      ],
    },
  ],
});

export const planOf = (taskCount: number): Plan => ({
  strategy: taskCount > 0 ? 'ts-parts' : 'playlist',
  tasks: Array.from({ length: taskCount }, (_, index) => taskOf(index)),
  header: 'none',
  coverage: {
    clock: 'recording',
    requested: { startMs: 0, endMs: 10_000 },
    segmentBounds: { startMs: 0, endMs: 12_000 },
    planned: { startMs: 0, endMs: 12_000 },
    missing: [],
  },
  warnings: [],
});

/** The same of a recording that still grows: it goes on with `step`. */
export const growingPlanOf = (taskCount: number, step: number): Plan => {
  const lastSegment = { index: taskCount - 1, key: `rec/${taskCount - 1}.ts` };
  return { ...planOf(taskCount), growth: { step, lastSegment, runIndex: 0, taskCount, nextPartNumber: taskCount + 1 } };
};

export const taskResult = (partNumber: number) => ({
  parts: [{ partNumber, etag: 'e', sizeBytes: 1000 }],
  storeCopyBytes: 0,
  workerBytes: 1000,
  warnings: [],
});
