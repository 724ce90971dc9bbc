import { postExport } from '@clipfleet/cli/export/export-client';
import { median } from '@clipfleet/local-stack';
import type { BenchCase, BenchScale } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { type ExportOrder, makeExport, requestOf } from '../stack/export-client.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const CLIP_MS = 10_000;
const STEP_MS = 1_700;
/** More than the fleet makes while the clips are measured. */
const IMPORTED = { full: 400, smoke: 100 };
const POSTS_AT_ONCE = 16;
const CLIPS_A_ROUND = 3;

/** What one tenant's import of many exports costs the single clips of another. */
export const clipBesideImport = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
  scale: BenchScale,
): BenchCase => {
  let recording: BenchRecording;
  let importer: string;
  let orderCount = 0;

  const nextOrder = (): ExportOrder => {
    orderCount += 1;
    const startMs = (orderCount * STEP_MS) % (recording.durationMs - CLIP_MS);
    return {
      playlistKey: recording.playlistKey,
      type: 'mp4',
      startMs,
      durationMs: CLIP_MS,
      fileName: `o-${orderCount}`,
    };
  };
  const clips = async (): Promise<number> => {
    const durationsMs: number[] = [];
    for (let clip = 0; clip < CLIPS_A_ROUND; clip++) {
      const { key, durationMs } = await makeExport(stack, nextOrder());
      await stack.store.delete({ bucket: EXPORTS, key });
      durationsMs.push(durationMs);
    }
    return median(durationsMs);
  };
  const startImport = async (): Promise<void> => {
    const orders = Array.from({ length: IMPORTED[scale.name] }, nextOrder);
    const post = async (): Promise<void> => {
      for (let order = orders.pop(); order; order = orders.pop()) {
        const answer = await postExport(stack.url, requestOf({ fleet: stack.fleet, token: importer }, order));
        if (answer.ErrorCode > 1) throw new Error(`the import was refused: ${answer.ErrorMessage}`);
      }
    };
    await Promise.all(Array.from({ length: POSTS_AT_ONCE }, post));
  };

  return {
    name: 'clip-beside-import',
    unit: 'ms',
    better: 'smaller',
    what: {
      ours: `POST to finished, an mp4 of 10 s, while ${IMPORTED[scale.name]} such exports of another tenant wait; median of ${CLIPS_A_ROUND} one after another`,
      baseline: 'the same on an idle fleet',
    },
    limit: 'the tasks that are in the slots of the workers when the clip arrives, and one more a slot',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      importer = await stack.addTenant('importer');
    },
    ours: async () => {
      await startImport();
      const durationMs = await clips();
      if ((await stack.countWaiting()) === 0) throw new Error('the import was over before the clips were');
      await stack.endExports();
      return durationMs;
    },
    baseline: clips,
    finish: () => stack.endExports(),
  };
};
