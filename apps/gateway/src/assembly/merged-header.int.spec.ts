import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { encodeRangeReport, PartSplitter, RangeWriter, readMovie } from '@clipfleet/isobmff';
import type { UploadedPart } from '@clipfleet/object-store';
import { waitUntil } from '@clipfleet/local-stack';
import type { Plan, PlannedTask } from '@clipfleet/timeline';
import { EarlyJoining } from './early-joining.js';
import { type GatewayTest, MIB, openGatewayTest, planOf } from '../gateway.fixture.js';
import { Sweeper } from '../sweep/sweeper.js';
import { tempHeadOf } from '../uploads/temp-head.js';

type Tables = ReturnType<typeof readMovie>['tracks'][number]['tables'];
type Sample = Parameters<RangeWriter['push']>[0];
type Config = Parameters<RangeWriter['push']>[1];

const config: Config = {
  kind: 'audio',
  codec: 'aac',
  pid: 257,
  streamIndex: 0,
  runIndex: 0,
  sampleRateHz: 48_000,
  channelCount: 2,
  samplesPerFrame: 1024,
  audioSpecificConfig: Uint8Array.of(0x11, 0x90),
};
const FRAMES_PER_RANGE = 100;
const FRAME_BYTES = 64 * 1024;

/** Frames far larger than AAC's, so that few of them make parts. */
const frameOf = (index: number): Sample => ({
  kind: 'audio',
  pid: 257,
  ptsTicks: index * 1920,
  dtsTicks: index * 1920,
  keyframe: true,
  data: new Uint8Array(FRAME_BYTES).fill(index % 251),
  stamped: true,
  runIndex: 0,
  sampleCount: 1024,
  sampleRateHz: 48_000,
});

/** What a worker would make of one range: its parts, its report, and, of range 0, the first bytes. */
const rangeOf = (rangeIndex: number) => {
  const writer = new RangeWriter();
  const splitter = new PartSplitter({
    targetPartBytes: 8 * MIB,
    reserveBytes: rangeIndex === 0 ? 5 * MIB : 0,
    isLast: rangeIndex === 1,
  });
  const payload = [];
  for (let n = 0; n < FRAMES_PER_RANGE; n++) {
    payload.push(...writer.push(frameOf(rangeIndex * FRAMES_PER_RANGE + n), config));
  }
  const { payload: rest, report } = writer.finish();
  const parts = [...payload, ...rest].flatMap((bytes) => splitter.push(bytes));
  const end = splitter.finish();
  const whole = { ...report, paddingBytes: end.paddingBytes };
  return {
    parts: [...parts, ...end.parts].map((part) => Buffer.concat(part.chunks)),
    head: Buffer.concat(end.reserved),
    rangeReportBase64: gzipSync(encodeRangeReport(whole)).toString('base64'),
  };
};

const remuxTask = (rangeIndex: number): PlannedTask => ({
  kind: 'remux-range',
  source: { storeId: 'local', bucket: 'out' },
  workBytes: 1000,
  lead: [],
  container: 'mp4',
  cutMode: 'segment',
  pieces: [{ segmentIndex: 0, key: 'rec/0.ts', sizeBytes: 1000, durationTicks: 540_000, runIndex: 0 }],
  tail: [],
  rangeIndex,
  rangeCount: 2,
  partBlock: { firstPartNumber: 2 + rangeIndex * 100, partCount: 100 },
});
const mergePlan: Plan = {
  ...planOf(0),
  strategy: 'remux-ranges',
  header: 'merge',
  tasks: [remuxTask(0), remuxTask(1)],
};

/** Where each frame lies, by the chunk tables. */
const frameOffsets = ({ chunks, chunkOffsets }: Tables): number[] =>
  chunkOffsets.flatMap((offsetByte, index) => {
    const { samplesPerChunk } = chunks.findLast((entry) => entry.firstChunk <= index + 1)!;
    return Array.from({ length: samplesPerChunk }, (_, n) => offsetByte + n * FRAME_BYTES);
  });

describe('an mp4 of two ranges', () => {
  let test: GatewayTest;
  let app: Awaited<ReturnType<GatewayTest['start']>>;
  beforeAll(async () => {
    test = await openGatewayTest();
    app = await test.start();
  });
  afterAll(() => test.close());

  const begin = async (plan = mergePlan) => {
    const { export: record } = await test.exports.createOrFind(test.submission({ container: 'mp4' }));
    await test.plan(record.id, plan);
    await test.untilState(record.id, 'running');
    return (await test.exports.find(record.id))!;
  };
  type Begun = Awaited<ReturnType<typeof begin>>;

  const write = async ({ destination, uploadId }: Begun, rangeIndex: number): Promise<UploadedPart[]> => {
    const parts = [];
    for (const [index, body] of rangeOf(rangeIndex).parts.entries()) {
      parts.push(await test.store.uploadPart(destination, uploadId!, 2 + rangeIndex * 100 + index, body));
    }
    return parts;
  };

  const work = async (
    record: Begun,
    rangeIndex: number,
    change: { rangeReportBase64?: string; headSha256?: string } = {},
  ): Promise<void> => {
    const range = rangeOf(rangeIndex);
    if (rangeIndex === 0) await test.store.put(tempHeadOf(record), range.head);
    const parts = await write(record, rangeIndex);
    const result = { parts, storeCopyBytes: 0, workerBytes: 1, warnings: [] };
    const { rangeReportBase64, headSha256 } = { headSha256: undefined, ...range, ...change };
    await test.work.completeTask({ exportId: record.id, generation: record.generation }, rangeIndex, {
      ...result,
      rangeReportBase64,
      ...(headSha256 !== undefined && { headSha256 }),
    });
  };

  const expectFrames = async ({ destination }: Begun): Promise<void> => {
    const bytes = await test.store.getBytes(destination, { limitBytes: 64 * MIB });
    const { tracks } = readMovie(bytes);
    expect(tracks.map(({ tables }) => tables.sizesBytes)).toEqual([Array(2 * FRAMES_PER_RANGE).fill(FRAME_BYTES)]);
    let index = 0;
    for (const offsetByte of frameOffsets(tracks[0].tables)) {
      const expected = frameOf(index++).data;
      expect(Buffer.compare(bytes.subarray(offsetByte, offsetByte + FRAME_BYTES), expected)).toBe(0);
    }
    expect(index).toBe(2 * FRAMES_PER_RANGE);
  };

  it('gets one header, and its frames where the header says', async () => {
    const record = await begin();
    await work(record, 1);
    await work(record, 0);
    await test.untilState(record.id, 'completed');
    await expectFrames(record);
    expect(await test.keys()).toEqual([record.destination.key]);
    expect(await test.openUploads()).toBe(0);
  });

  it.each([
    ['a first part as large as planned', 6 * MIB, 6 * MIB],
    ['a larger one where the header does not fit', 5 * MIB + 99, undefined],
  ])('gets %s, whose parts may be joined before it is there', async (_name, firstPartBytes, expectedBytes) => {
    const record = await begin({ ...mergePlan, firstPartBytes });
    const joining = app.get(EarlyJoining);
    const told: Promise<void>[] = [];
    // what comes first is not the first: nothing can be joined yet
    for (const rangeIndex of [1, 0]) {
      const parts = await write(record, rangeIndex);
      told.push(joining.taskCompleted(record, rangeIndex, { parts }));
    }
    await Promise.all(told);
    for (const rangeIndex of [1, 0]) await work(record, rangeIndex);
    await test.untilState(record.id, 'completed');
    await expectFrames(record);
    const [first] = (await test.exports.find(record.id))!.assembly!.parts;
    if (expectedBytes === undefined) expect(first.sizeBytes).toBeGreaterThan(firstPartBytes);
    else expect(first.sizeBytes).toBe(expectedBytes);
  });

  it('begins anew when the first bytes are lost, and then takes only those of its own generation', async () => {
    const record = await begin();
    await work(record, 0);
    await test.store.delete(tempHeadOf(record));
    await work(record, 1);
    await waitUntil(async () => (await test.exports.find(record.id))?.generation === 2, {
      timeoutMs: 30_000,
      what: 'generation 2',
    });
    await test.plan(record.id, mergePlan, 2);
    await test.untilState(record.id, 'running', 2);
    const second = (await test.exports.find(record.id))!;
    await work(second, 0);
    // a worker of the first generation that does not know yet
    await test.store.put(tempHeadOf(record), new Uint8Array(5 * MIB));
    await work(second, 1);
    await test.untilState(record.id, 'completed', 2);
    await expectFrames(second);
  });

  it('begins anew when a lost worker has replaced the first bytes by others that it encoded', async () => {
    const record = await begin();
    await work(record, 0, { headSha256: createHash('sha256').update('what the counted worker wrote').digest('hex') });
    await work(record, 1);
    await waitUntil(async () => (await test.exports.find(record.id))?.generation === 2, {
      timeoutMs: 30_000,
      what: 'generation 2',
    });
  });

  it('takes away first bytes that a lost worker left after the end', async () => {
    const record = await begin();
    await work(record, 0);
    await work(record, 1);
    await test.untilState(record.id, 'completed');
    await test.store.put(tempHeadOf(record), new Uint8Array(1));
    const longAgo = `- interval '61 minutes'`;
    for (const statement of [
      `UPDATE export SET ended_at = ended_at ${longAgo} WHERE id = $1`,
      `UPDATE outbox SET published_at = published_at ${longAgo} WHERE export_id = $1`,
    ])
      await test.ledger.dataSource.query(statement, [record.id]);
    await waitUntil(() => app.get(Sweeper).sweepOnce(), { timeoutMs: 30_000, what: 'a sweep' });
    expect(await test.store.head(tempHeadOf(record))).toBeUndefined();
    expect(await test.store.head(record.destination)).toBeDefined();
  });

  it('refuses a range whose report is damaged, and leaves nothing', async () => {
    const record = await begin();
    await work(record, 0);
    await work(record, 1, { rangeReportBase64: gzipSync(Buffer.from('cfr1 but not a report')).toString('base64') });
    await test.untilState(record.id, 'failed');
    await waitUntil(async () => !(await test.keys()).includes(tempHeadOf(record).key), {
      timeoutMs: 30_000,
      what: 'the temporary object to be gone',
    });
    const open = await test.store.listUploads(test.bucket, record.destination.key);
    expect(open).toEqual([]);
  });
});
