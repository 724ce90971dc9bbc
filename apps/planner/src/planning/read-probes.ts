import { ClipfleetError } from '@clipfleet/contracts';
import {
  type HeadProbe,
  looksLikeTransportStream,
  mediaOfKind,
  probeHead,
  type StreamMedia,
  type TsStream,
} from '@clipfleet/mpegts';
import { type ObjectStore, PieceReader } from '@clipfleet/object-store';
import type { ProbedStream, Segment, SegmentProbe, Timeline } from '@clipfleet/timeline';
import pLimit from 'p-limit';

/** The first picture of a segment seldom ends later; doubled until the probe is content. */
const FIRST_READ_BYTES = 128 * 1024;
/** The first pictures of a damaged or very large segment, and sound that does not come, are not looked for beyond this. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
const PROBE_CONCURRENCY = 8;

export interface ProbeJob {
  store: ObjectStore;
  bucket: string;
  timeline: Timeline;
  sizes: ReadonlyMap<string, number | undefined>;
  /** Segments to probe. */
  indexes: readonly number[];
}

/** What the first bytes of each segment tell; segments whose object does not exist are left out. */
export const readProbes = async (job: ProbeJob, signal: AbortSignal): Promise<Map<number, SegmentProbe>> => {
  const limit = pLimit(PROBE_CONCURRENCY);
  const probes = new Map<number, SegmentProbe>();
  await Promise.all(
    job.indexes.map((index) =>
      limit(async () => {
        const segment = job.timeline.segments[index];
        const objectBytes = job.sizes.get(segment.key);
        if (objectBytes === undefined) return;
        const probe = await probeSegment(job, segment, index, objectBytes, signal);
        assertParameterSets(probe, segment.key);
        probes.set(index, toSegmentProbe(probe));
      }),
    ),
  );
  return probes;
};

/**
 * Some encoders write them once, at their start: what is cut out later cannot be decoded by anybody. Sets that are there but not
 * understood are ffmpeg's to judge.
 */
const assertParameterSets = ({ firstVideo, missing, warnings }: HeadProbe, key: string): void => {
  if (firstVideo?.keyframe !== true || !missing.includes('video-config')) return;
  if (warnings.some(({ code }) => code === 'parameter-set-unreadable')) return;
  const text = `${key} begins with a keyframe and has no parameter sets: its video cannot be decoded.`;
  throw new ClipfleetError('undecodable', text, { details: { key } });
};

const probeSegment = async (
  { store, bucket }: ProbeJob,
  segment: Segment,
  segmentIndex: number,
  objectBytes: number,
  signal: AbortSignal,
): Promise<HeadProbe> => {
  const sizeBytes = segment.byteRange ? segment.byteRange[1] - segment.byteRange[0] : objectBytes;
  const { key, byteRange, durationTicks, runIndex, cipher } = segment;
  const piece = { segmentIndex, key, byteRange, sizeBytes, durationTicks, runIndex, cipher };
  // the stream stays open while the probe asks for more: nothing is read twice
  const chunks = new PieceReader(store, bucket, { signal }).read(piece);
  let head: Uint8Array = new Uint8Array(0);
  for (let wantedBytes = FIRST_READ_BYTES; ; wantedBytes *= 2) {
    const read = await readUpTo(chunks, head, wantedBytes);
    head = read.head;
    // however large the chunks that a store sends: a plan made again is the same
    const looked = head.subarray(0, wantedBytes);
    if (!looksLikeTransportStream(head))
      throw new ClipfleetError('undecodable', `${key} is not an MPEG transport stream.`, { details: { key } });
    const probe = probeHead(looked, { isWhole: read.ended && looked.length === head.length });
    if (!probe.needsMoreBytes || wantedBytes >= MAX_READ_BYTES) {
      await chunks.return(undefined);
      return probe;
    }
  }
};

const readUpTo = async (
  chunks: AsyncGenerator<Uint8Array>,
  head: Uint8Array,
  wantedBytes: number,
): Promise<{ head: Uint8Array; ended: boolean }> => {
  const parts = [head];
  let lengthBytes = head.length;
  while (lengthBytes < wantedBytes) {
    const next = await chunks.next();
    if (next.done === true) return { head: Buffer.concat(parts), ended: true };
    parts.push(next.value);
    lengthBytes += next.value.length;
  }
  return { head: Buffer.concat(parts), ended: false };
};

const toSegmentProbe = (probe: HeadProbe): SegmentProbe => ({
  startsWithKeyframe: probe.firstVideo?.keyframe ?? true,
  streams: (probe.program?.streams ?? []).map((stream) => toProbedStream(stream, probe)),
  ...(probe.programPackets.length > 0 && { programBase64: Buffer.from(probe.programPackets).toString('base64') }),
});

const KIND_OF_MEDIA: Readonly<Record<StreamMedia, ProbedStream['kind']>> = {
  video: 'video',
  audio: 'audio',
  data: 'other',
  unknown: 'unknown',
};

const toProbedStream = ({ pid, kind: named }: TsStream, { configs, unread }: HeadProbe): ProbedStream => {
  const kind = unread.get(pid) ?? named;
  const stream = { kind: KIND_OF_MEDIA[mediaOfKind(kind)], codec: kind };
  const config = configs.find((found) => found.pid === pid);
  if (config?.kind !== 'audio') return stream;
  const codec = config.codec === 'aac' && config.channelsInFrames === true ? 'aac-pce' : config.codec;
  return { ...stream, codec, sampleRateHz: config.sampleRateHz, channelCount: config.channelCount };
};
