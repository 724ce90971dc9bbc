import type { BenchCase, BenchScale } from '../run/bench-case.js';
import { EXPORTS, type BenchStack } from '../stack/bench-stack.js';
import { growRecording } from '../stack/long-recording.js';
import { makeFromLive } from '../stack/native-client.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

/** Of the demo's recording, which comes as fast as it is played. */
const SEGMENT_MS = 6_000;
/** In the middle of a segment. The one behind it is the last that is needed: sound of the last pictures may lie there. */
const END_OF_LAST = 0.5;

/** How soon an export whose end was in the future is completed once its last segment is there. */
export const liveEdge = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
  { liveSegments }: BenchScale,
): BenchCase => {
  let recording: BenchRecording;
  return {
    name: 'live-edge',
    unit: 'ms',
    better: 'smaller',
    startsCold: true,
    what: {
      ours: 'from the moment that the playlist names the last segment needed to completed: an mp4 whose end was in the future',
      baseline: 'the length of a segment: the aim',
    },
    limit: 'looks at the playlist twice a segment, and the last task with its assembly',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
    },
    ours: async (round) => {
      const name = `live-${round}`;
      const key = `${name}.mp4`;
      const growing = await growRecording(stack, recording, { name, segmentCount: liveSegments, everyMs: SEGMENT_MS });
      // one segment more than is needed: an end of the recording itself would not have to be looked for
      const lastNeeded = liveSegments - 2;
      const durationMs = (lastNeeded - 1 + END_OF_LAST) * SEGMENT_MS;
      await makeFromLive(stack, { playlistKey: growing.playlistKey, key, durationMs });
      const lateMs = performance.now() - growing.appearedMs[lastNeeded];
      await growing.ended;
      await stack.store.delete({ bucket: EXPORTS, key });
      return lateMs;
    },
    baseline: () => Promise.resolve(SEGMENT_MS),
    finish: async () => undefined,
  };
};
