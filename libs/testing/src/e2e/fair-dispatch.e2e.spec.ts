import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportResource, NativeExportRequest } from '@clipfleet/contracts';
import { makeRecording } from '../media/make-recording.js';
import { getExport, nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const IMPORTED = 120;
/** What may be under way, planned or in a queue when a clip arrives. In a plain queue it would wait for all that were accepted before. */
const MOST_BEFORE = 30;

let fleet: Fleet;
let playlist: string;
beforeAll(async () => {
  fleet = await openFleet({ CLIPFLEET_MAX_RUNNING_EXPORTS: '16', CLIPFLEET_PLANNER_CONCURRENCY: '2' });
  playlist = await fleet.upload(fleet.fileStore, await makeRecording());
});
afterAll(() => fleet?.close());

/** Each clip is another one. */
let clipCount = 0;
const clip = (priority: NativeExportRequest['priority'] = 'normal'): NativeExportRequest => ({
  ...nativeRequest(
    fleet.fileStore,
    playlist,
    { kind: 'from-start', startMs: ++clipCount, durationMs: 4_000 },
    { container: 'mp4' },
  ),
  priority,
});
const endedBetween = (exports: ExportResource[], { createdAtMs, completedAtMs }: ExportResource): number =>
  exports.filter((one) => one.completedAtMs! > createdAtMs && one.completedAtMs! < completedAtMs!).length;

describe('an import of many exports', () => {
  it('leaves the clip of another tenant its turn, and a clip of high priority the next of its own', async () => {
    const editor = await fleet.ofTenant('editor');
    const imported = await Promise.all(Array.from({ length: IMPORTED }, () => submit(fleet, clip('low'))));
    const [single, urgent] = await Promise.all([submit(editor, clip()), submit(fleet, clip('high'))]);
    const [singleEnded, urgentEnded] = [await untilExport(editor, single.id), await untilExport(fleet, urgent.id)];
    const all: ExportResource[] = [];
    for (const { id } of imported) all.push(await untilExport(fleet, id));
    expect([singleEnded, urgentEnded, ...all].filter(({ state }) => state !== 'completed')).toEqual([]);
    expect(endedBetween(all, singleEnded)).toBeLessThan(MOST_BEFORE);
    expect(endedBetween(all, urgentEnded)).toBeLessThan(MOST_BEFORE);
    expect(all.filter(({ completedAtMs }) => completedAtMs! > singleEnded.completedAtMs!).length).toBeGreaterThan(
      IMPORTED / 2,
    );
  });

  it('may be cancelled while it waits, and leaves nothing that waits', async () => {
    const waiting = await Promise.all(Array.from({ length: 40 }, () => submit(fleet, clip())));
    const cancelled = await Promise.all(
      waiting.map(({ id }) =>
        fetch(new URL(`/v1/exports/${id}/cancel`, fleet.url), {
          method: 'POST',
          headers: { authorization: `Bearer ${fleet.token}` },
        }),
      ),
    );
    expect(cancelled.every(({ ok }) => ok)).toBe(true);
    const after = await submit(fleet, clip('low'));
    expect((await untilExport(fleet, after.id)).state).toBe('completed');
    for (const { id } of waiting) expect(['cancelled', 'completed']).toContain((await getExport(fleet, id)).state);
  });
});
