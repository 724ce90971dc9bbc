import {
  DEFAULT_ENCODINGS,
  DEFAULT_PLAN_LIMITS,
  type Plan,
  planExport,
  resolveRange,
  type Segment,
} from '@clipfleet/timeline';

const TICKS_PER_SECOND = 90_000;
const SEGMENT_SECONDS = 6;

/** The real plan of a whole recording as mp4, for a fleet of which all slots are idle. */
export const planHour = (hours: number, bitrateBps: number, idleSlots: number): Plan => {
  const segmentCount = (hours * 3_600) / SEGMENT_SECONDS;
  const durationTicks = SEGMENT_SECONDS * TICKS_PER_SECOND;
  const segments = Array.from({ length: segmentCount }, (_, index): Segment => ({
    ...{ key: `rec/${index}.ts`, startTicks: index * durationTicks, durationTicks, runIndex: 0, gap: false },
  }));
  const sizeBytes = (bitrateBps * SEGMENT_SECONDS) / 8;
  const timeline = {
    ...{ playlistKey: 'rec/index.m3u8', segments, growing: false, hasWallClock: false },
    ...{ targetDurationSeconds: SEGMENT_SECONDS, warnings: [] },
  };
  const range = resolveRange(timeline, { kind: 'whole' });
  if (range.kind !== 'resolved') throw new Error('a recording that has ended is all there');
  const probe = {
    startsWithKeyframe: true,
    streams: [
      { kind: 'video' as const, codec: 'h264' },
      { kind: 'audio' as const, codec: 'aac', sampleRateHz: 48_000, channelCount: 2 },
    ],
  };
  return planExport({
    output: {
      ...{ container: 'mp4', cutMode: 'segment', codec: { kind: 'copy' }, overwrite: false, storeCopy: true },
      ...{ pipeline: 'auto', gapPolicy: 'fail', annotations: { project: '', description: '' } },
      destination: { storeId: 'main', bucket: 'out', key: 'out.mp4' },
    },
    clips: [
      {
        source: { storeId: 'main', bucket: 'in', key: timeline.playlistKey },
        timeline,
        range,
        sizes: new Map(segments.map(({ key }) => [key, sizeBytes])),
        probes: new Map(segments.map((_, index) => [index, probe])),
      },
    ],
    abilities: { storeCopy: true, equalParts: false },
    limits: { ...DEFAULT_PLAN_LIMITS, maxRanges: 64, idleSlots },
    encodings: DEFAULT_ENCODINGS,
  });
};
