import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportRequested } from '@clipfleet/contracts';
import { createStores, type ObjectStores, type StoreConfigInput } from '@clipfleet/object-store';
import { loadConfig } from '@clipfleet/platform';
import { makeRecording, uploadRecording } from '@clipfleet/testing';
import type { ClipRange, Output } from '@clipfleet/timeline';
import { plannerConfigSchema } from '../planner-config.js';
import { PlanningService } from './planning.service.js';

let rootPath: string;
let storesJson: string;
let stores: ObjectStores;
let planning: PlanningService;
const signal = new AbortController().signal;

const request = (
  given: { key?: string; range?: ClipRange; output?: Partial<Output>; acceptedAtMs?: number } = {},
): ExportRequested => ({
  kind: 'export.requested',
  version: 1,
  exportId: '0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90',
  generation: 1,
  edit: {
    clips: [
      {
        source: { format: 'hls', locations: [{ storeId: 'local', bucket: 'in', key: given.key ?? 'rec/index.m3u8' }] },
        range: given.range ?? { kind: 'from-start', startMs: 3000, durationMs: 6000 },
      },
    ],
  },
  output: {
    container: 'mp4',
    cutMode: 'exact',
    codec: { kind: 'copy' },
    destination: { storeId: 'local', bucket: 'out', key: 'a.mp4' },
    overwrite: false,
    storeCopy: true,
    pipeline: 'auto',
    gapPolicy: 'fail',
    annotations: { project: '', description: '' },
    ...given.output,
  },
  readable: [{ storeId: 'local', bucket: 'in', prefix: '' }],
  acceptedAtMs: given.acceptedAtMs ?? Date.now(),
});

const upload = async (prefix: string, options: Parameters<typeof makeRecording>[0]): Promise<string> => {
  const recording = await makeRecording(options);
  await uploadRecording(stores.get('local'), 'in', prefix, recording.directory);
  return `${prefix}/${recording.playlist}`;
};

beforeAll(async () => {
  rootPath = mkdtempSync(join(tmpdir(), 'clipfleet-planning-'));
  const config: StoreConfigInput[] = [
    { id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false },
  ];
  stores = createStores(config);
  storesJson = JSON.stringify(config);
  const env = { CLIPFLEET_STORES: storesJson, CLIPFLEET_LIVE_WAIT_MS: '60000' };
  planning = new PlanningService(loadConfig(plannerConfigSchema, env), stores);
});
afterAll(async () => {
  await stores.close();
  rmSync(rootPath, { recursive: true, force: true });
});

describe('a picture of a media file', () => {
  const requestOf = (key: string, output: Partial<Output> = { container: 'image' }): ExportRequested => {
    const asked = request({ range: { kind: 'from-start', startMs: 1500, durationMs: 1 }, output });
    const source = { format: 'file' as const, locations: [{ storeId: 'local', bucket: 'in', key }] };
    return { ...asked, edit: { clips: [{ ...asked.edit.clips[0], source }] } };
  };

  it('is planned by its size alone', async () => {
    await stores.get('local').ensureBucket('in');
    await stores.get('local').put({ bucket: 'in', key: 'files/a.mp4' }, new Uint8Array(1000));
    expect(await planning.plan(requestOf('files/a.mp4'), signal)).toMatchObject({
      kind: 'planned',
      plan: { strategy: 'picture', tasks: [{ wholeFile: true, pieces: [{ key: 'files/a.mp4', sizeBytes: 1000 }] }] },
    });
  });

  it.each([
    ['a file that is not there', requestOf('files/none.mp4'), 'source-missing'],
    ['another output', requestOf('files/a.mp4', { container: 'mp4' }), 'unsupported-source'],
  ])('is refused by name: %s', async (_what, asked, code) => {
    await expect(planning.plan(asked, signal)).rejects.toMatchObject({ code });
  });
});

describe('planning', () => {
  it('gives the same plan for the same request, and names what the range needs', async () => {
    const key = await upload('rec', {});
    const [first, again] = [
      await planning.plan(request({ key }), signal),
      await planning.plan(request({ key }), signal),
    ];
    expect(again).toEqual(first);
    if (first.kind !== 'planned') throw new Error('not planned');
    expect(first.plan).toMatchObject({ strategy: 'remux-ranges', header: 'none', warnings: [] });
    const [task] = first.plan.tasks;
    if (task.kind !== 'remux-range') throw new Error(task.kind);
    expect(task.pieces.map((piece) => piece.segmentIndex)).toEqual([1, 2, 3, 4]);
    expect(task.trimStart?.offsetTicks).toBe(90_000);
    expect(task.trimEnd?.offsetTicks).toBe(90_000);
    expect(task.programBase64).toBeDefined();
  });

  it('reads encrypted segments to look into them', async () => {
    const key = await upload('aes', { encryption: 'explicit-iv' });
    const answer = await planning.plan(request({ key }), signal);
    expect(answer).toMatchObject({ plan: { strategy: 'remux-ranges' } });
  });

  it('copies runs whose sound begins behind first pictures of any size', async () => {
    const large = { durationSeconds: 4, widthPixels: 1920, heightPixels: 1080, noise: true };
    const key = await upload('large', { durationSeconds: 4, laterRuns: [large], startMs: undefined });
    const range: ClipRange = { kind: 'from-start', startMs: 0, durationMs: 8000 };
    const answer = await planning.plan(request({ key, range }), signal);
    expect(answer).toMatchObject({ plan: { strategy: 'remux-ranges', warnings: [] } });
  });

  it.each<[string, Parameters<typeof makeRecording>[0]]>([
    ['dts', { audio: [{ codec: 'dts' }] }],
    ['opus', { audio: [{ codec: 'opus' }] }],
    ['mpeg4', { videoCodec: 'mpeg4', bFrames: 0 }],
    ['aac-pce', { audio: [{ codec: 'aac-quad' }], segmentSeconds: 12 }],
  ])('has ffmpeg copy what the remuxer does not know, and says why: %s', async (codec, options) => {
    const key = await upload(codec, options);
    const answer = await planning.plan(request({ key }), signal);
    expect(answer).toMatchObject({
      plan: { strategy: 'render', reason: expect.stringContaining(codec), warnings: [] },
    });
  });

  it('refuses AAC by name whose encoder told its channels before the range', async () => {
    const key = await upload('quad', { audio: [{ codec: 'aac-quad' }] });
    const answer = planning.plan(request({ key }), signal);
    await expect(answer).rejects.toMatchObject({
      code: 'unsupported-source',
      message: expect.stringContaining('program_config_element'),
    });
  });

  it.each(['aac-latm', 'latm-as-adts'] as const)(
    'has ffmpeg encode what the container does not take: %s',
    async (codec) => {
      const key = await upload(codec, { audio: [{ codec }] });
      const answer = await planning.plan(request({ key }), signal);
      const reason = expect.stringContaining('aac-latm');
      expect(answer).toMatchObject({ plan: { strategy: 'encode-ranges', reason } });
    },
  );

  describe('a recording that grows', () => {
    const range: ClipRange = { kind: 'from-start', startMs: 8000, durationMs: 60_000 };
    const longAgo = { acceptedAtMs: Date.now() - 61_000 };
    const stopped = async (): Promise<string> => {
      const key = await upload('stopped', { ended: false });
      const writtenAt = new Date(Date.now() - 61_000);
      utimesSync(join(rootPath, 'in', key), writtenAt, writtenAt);
      return key;
    };

    it('is waited for as long as its playlist is written', async () => {
      const key = await upload('growing', { ended: false });
      for (const at of [{}, longAgo]) {
        expect(await planning.plan(request({ key, range, ...at }), signal)).toMatchObject({ kind: 'not-yet' });
      }
    });

    it('is waited for some time after the request, too', async () => {
      const key = await stopped();
      expect(await planning.plan(request({ key, range }), signal)).toMatchObject({ kind: 'not-yet' });
    });

    it('and has stopped fails by name', async () => {
      const key = await stopped();
      const answer = planning.plan(request({ key, range, ...longAgo }), signal);
      await expect(answer).rejects.toMatchObject({ code: 'recording-stopped' });
    });

    it('and has stopped is taken as far as it came where gaps are skipped', async () => {
      const key = await stopped();
      const late = request({ key, range, ...longAgo, output: { gapPolicy: 'skip' } });
      const missing = [{ startMs: 12_000, endMs: 68_000, reason: 'not-recorded' }];
      expect(await planning.plan(late, signal)).toMatchObject({ plan: { coverage: { missing } } });
    });

    it('is planned as it comes, where it is no small output', async () => {
      const key = await upload('along', { ended: false, noise: true, durationSeconds: 32, segmentSeconds: 8 });
      const range: ClipRange = { kind: 'from-start', startMs: 1000, durationMs: 60_000 };
      const eager = new PlanningService(
        loadConfig(plannerConfigSchema, { CLIPFLEET_STORES: storesJson, CLIPFLEET_SMALL_OUTPUT_BYTES: '0' }),
        stores,
      );
      const first = await eager.plan(request({ key, range }), signal);
      if (first.kind !== 'planned') throw new Error('not planned');
      const { tasks, ...resume } = first.plan;
      expect(resume).toMatchObject({ header: 'merge', growth: { step: 1, taskCount: tasks.length } });
      const again = { ...request({ key, range }), resume: resume as ExportRequested['resume'] };
      expect(await eager.plan(again, signal)).toMatchObject({ kind: 'not-yet' });
      const text = Buffer.from(await stores.get('local').getBytes({ bucket: 'in', key }, { limitBytes: 1 << 20 }));
      await stores.get('local').put({ bucket: 'in', key }, Buffer.from(`${text.toString()}#EXT-X-ENDLIST\n`));
      await expect(eager.plan(again, signal)).rejects.toMatchObject({ code: 'recording-stopped' });
      const skipping = { ...again, output: { ...again.output, gapPolicy: 'skip' as const } };
      const last = await eager.plan(skipping, signal);
      if (last.kind !== 'planned') throw new Error('not planned');
      expect(last.plan.growth).toBeUndefined();
      expect(last.plan.tasks.at(-1)).toMatchObject({ rangeIndex: tasks.length, rangeCount: tasks.length + 1 });
    });
  });

  it.each([
    ['segments that are not MPEG-TS', Buffer.alloc(100_000, 'not a transport stream'), 'undecodable'],
    ['segments that do not exist', undefined, 'segment-missing'],
  ])('refuses %s', async (_name, body, code) => {
    const store = stores.get('local');
    const prefix = body ? 'garbage' : 'absent';
    const text = '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\na.ts\n#EXT-X-ENDLIST\n';
    await store.put({ bucket: 'in', key: `${prefix}/index.m3u8` }, Buffer.from(text));
    if (body) await store.put({ bucket: 'in', key: `${prefix}/a.ts` }, body);
    await expect(planning.plan(request({ key: `${prefix}/index.m3u8` }), signal)).rejects.toMatchObject({ code });
  });
});
