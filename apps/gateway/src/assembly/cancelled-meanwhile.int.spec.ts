import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportRecord, Run } from '@clipfleet/ledger';
import { waitUntil } from '@clipfleet/local-stack';
import type { UploadedPart } from '@clipfleet/object-store';
import { type GatewayTest, openGatewayTest, partOf, planOf, playlistPlanIn, sheetReport } from '../gateway.fixture.js';

const cancelText = `UPDATE export SET state = 'cancelled', ended_at = now() WHERE id = $1`;

describe('an export that is cancelled while its object is made', () => {
  let test: GatewayTest;
  beforeAll(async () => {
    test = await openGatewayTest();
  });
  afterAll(() => test.close());

  /** A gateway finds the export `assembling`; the cancellation is committed when the object is there. */
  const cancelUnder = async (exportId: string): Promise<void> => {
    const { key } = (await test.exports.find(exportId))!.destination;
    await test.ledger.transaction(async (sql) => {
      await sql.query({ name: 'test-cancel', text: cancelText }, [exportId]);
      await test.start();
      await waitUntil(async () => (await test.keys()).includes(key), { timeoutMs: 30_000, what: 'the object' });
    });
    await waitUntil(async () => (await test.waiting('assemble')) === 0, { timeoutMs: 30_000, what: 'an empty queue' });
  };

  /** As planner, gateway and worker leave it when the one task is about to be reported. */
  const writeOnePart = async (
    record: Pick<ExportRecord, 'id' | 'destination'>,
  ): Promise<{ run: Run; part: UploadedPart }> => {
    const run = { exportId: record.id, generation: 1 };
    const uploadId = await test.store.createUpload(record.destination);
    const intent = await test.uploads.begin(run);
    await test.uploads.opened(intent!.id, uploadId);
    await test.work.recordPlan(run, planOf(1), uploadId);
    return { run, part: await test.store.uploadPart(record.destination, uploadId, 1, partOf(1, 10)) };
  };

  it('leaves no object of the tasks’ parts', async () => {
    const { export: record } = await test.exports.createOrFind(test.submission());
    const { run, part } = await writeOnePart(record);
    await test.work.completeTask(run, 0, { parts: [part], storeCopyBytes: 0, workerBytes: 10, warnings: [] });
    await cancelUnder(record.id);
    expect((await test.exports.find(record.id))?.state).toBe('cancelled');
    expect(await test.keys()).toEqual([]);
  });

  it('leaves no sheet, nor the track beside it', async () => {
    const { export: record } = await test.exports.createOrFind(test.submission({ container: 'storyboard' }));
    await test.stopAll();
    const { run, part } = await writeOnePart(record);
    const result = { parts: [part], storeCopyBytes: 0, workerBytes: 10, storyboard: sheetReport, warnings: [] };
    await test.work.completeTask(run, 0, result);
    await cancelUnder(record.id);
    expect(await test.keys()).toEqual([]);
  });

  it('leaves no playlist, nor the one beside it', async () => {
    const { export: record } = await test.exports.createOrFind(test.submission({ container: 'playlist-json' }));
    await test.stopAll();
    await test.work.recordPlan({ exportId: record.id, generation: 1 }, playlistPlanIn(test.bucket), undefined);
    await cancelUnder(record.id);
    expect(await test.keys()).toEqual([]);
  });
});
