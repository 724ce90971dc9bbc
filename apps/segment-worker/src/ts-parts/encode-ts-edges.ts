import { type CutPoint, IsobmffError } from '@clipfleet/isobmff';
import {
  type DemuxedSample,
  type MeasuredTrim,
  nalsOf,
  type PictureFate,
  replacePictures,
  toByteStream,
  type TrackConfig,
  TsDemuxer,
  type VideoSample,
  withoutTrailingZeros,
} from '@clipfleet/mpegts';
import { type EncodeEdge, smartCutter } from '../remux/edge-steps.js';

export interface TsEdgeEncoder {
  encode: EncodeEdge;
  /** At the task. */
  attemptNumber: number;
}

interface Cuts {
  readonly inTicks: number | undefined;
  readonly outTicks: number | undefined;
}

interface Picture {
  readonly sample: VideoSample;
  readonly config: TrackConfig | undefined;
}

const CLOCK_WRAP_TICKS = 2 ** 33;

export interface EncodedPart {
  bytes: Uint8Array;
  cut: MeasuredTrim;
  /** From the first shown picture to the end of the last one. */
  durationTicks: number;
}

/**
 * A trimmed part whose edges show no other pictures than those from in to out: the few that need what is left out are encoded,
 * packets of the others stay as they are. `nextStartsAnew`: asked when the head reaches to the part's end.
 */
export const encodeTsEdges = async (
  bytes: Uint8Array,
  cuts: Cuts,
  encode: EncodeEdge,
  nextStartsAnew: () => Promise<boolean>,
): Promise<EncodedPart> => {
  const pictures = picturesOf(bytes);
  if (pictures.length === 0) throw refusal('no picture of the part can be read');
  const [first] = pictures;
  const start = pointOf(cuts.inTicks, first);
  const end = pointOf(cuts.outTicks, pictures[pictures.length - 1]);
  const { fates, shown } = await decide(pictures, { start, end }, encode, nextStartsAnew);
  const videoPid = first.sample.pid;
  const replaced = replacePictures(bytes, { videoPid, fates });
  if (replaced === undefined || !showsExactly(replaced, shown)) {
    throw refusal('its pictures are not in PES of their own');
  }
  const { cut, durationTicks } = measure(shown, pictures, { start, end });
  // pictures shown last may be stored behind the next keyframe, where this part does not reach
  if ((cut.endDeltaTicks ?? 0) < 0 && !(await nextStartsAnew())) {
    throw refusal('pictures before the end are stored behind it (open GOP)');
  }
  return { bytes: replaced, cut, durationTicks };
};

const refusal = (why: string): IsobmffError => new IsobmffError('edge-not-encodable', why);

/** The pictures of the first video stream. */
const picturesOf = (bytes: Uint8Array): Picture[] => {
  const pictures: Picture[] = [];
  const configs = new Map<number, TrackConfig>();
  const sink = {
    config: (config: TrackConfig): void => void configs.set(config.pid, config),
    sample: (sample: DemuxedSample): void => {
      if (sample.kind !== 'video' || sample.pid !== (pictures[0]?.sample.pid ?? sample.pid)) return;
      pictures.push({ sample, config: configs.get(sample.pid) });
    },
  };
  const demuxer = new TsDemuxer({ sink });
  demuxer.push(bytes);
  demuxer.flush();
  return pictures;
};

/** A time of 33 bits on the clock of the pictures near it. */
const pointOf = (ticks: number | undefined, { sample }: Picture): CutPoint | undefined => {
  if (ticks === undefined) return undefined;
  const wraps = Math.round((sample.ptsTicks - ticks) / CLOCK_WRAP_TICKS);
  return { runIndex: sample.runIndex, ticks: ticks + wraps * CLOCK_WRAP_TICKS };
};

interface Decision {
  /** One for each picture, in decode order. */
  fates: PictureFate[];
  /** What the part shows, in decode order. */
  shown: VideoSample[];
}

/** An encoded picture has the decoding time of the one in whose place it is stored. */
const slotOf = ({ runIndex, dtsTicks }: VideoSample): string => `${runIndex}/${dtsTicks}`;

const decide = async (
  pictures: readonly Picture[],
  { start, end }: { start: CutPoint | undefined; end: CutPoint | undefined },
  encode: EncodeEdge,
  nextStartsAnew: () => Promise<boolean>,
): Promise<Decision> => {
  const cutter = smartCutter({ start: start !== undefined, end: end !== undefined });
  if (start) cutter.setStart(start);
  if (end) cutter.setEnd(end);
  const steps = pictures.flatMap((picture) => cutter.push(picture));
  if (cutter.isHeadOpen && end === undefined && !(await nextStartsAnew())) {
    throw refusal('the part behind the encoded head does not begin anew (open GOP)');
  }
  steps.push(...cutter.finish());
  const shown: VideoSample[] = [];
  const fateOf = new Map<string, PictureFate>();
  const own = new Set<DemuxedSample>(pictures.map(({ sample }) => sample));
  for (const step of steps) {
    const samples = step.kind === 'keep' ? [step.item.sample] : (await encode(step.job)).samples;
    for (const sample of samples) {
      if (sample.kind !== 'video') continue;
      shown.push(sample);
      // one that is kept, but is to begin anew, is another one
      fateOf.set(slotOf(sample), own.has(sample) ? 'keep' : { ...sample, bytes: bytesOf(sample) });
    }
  }
  return { fates: pictures.map(({ sample }) => fateOf.get(slotOf(sample)) ?? 'drop'), shown };
};

/** Whatever comes behind: zeros between two pictures may be counted as the first one's. */
const bytesOf = ({ data }: VideoSample): Uint8Array => toByteStream(nalsOf(data).map(withoutTrailingZeros));

/** What a demuxer finds in the new part is what was meant: else a PES had more, or less, than its picture. */
const showsExactly = (bytes: Uint8Array, shown: readonly VideoSample[]): boolean => {
  const found = picturesOf(bytes);
  if (found.length !== shown.length) return false;
  return found.every(({ sample }, index) => {
    const { ptsTicks, dtsTicks } = shown[index];
    const isAt = (sample.ptsTicks - ptsTicks) % CLOCK_WRAP_TICKS === 0;
    const isSame = Buffer.compare(bytesOf(sample), bytesOf(shown[index])) === 0;
    return isAt && sample.ptsTicks - sample.dtsTicks === ptsTicks - dtsTicks && isSame;
  });
};

const measure = (
  shown: readonly VideoSample[],
  pictures: readonly Picture[],
  { start, end }: { start: CutPoint | undefined; end: CutPoint | undefined },
): Pick<EncodedPart, 'cut' | 'durationTicks'> => {
  const times = shown.map(({ ptsTicks }) => ptsTicks).toSorted((a, b) => a - b);
  const last = times[times.length - 1];
  // one picture alone does not tell how long it is shown: those around it do
  const around = pictures.map(({ sample }) => sample.ptsTicks).toSorted((a, b) => a - b);
  const before = times.at(-2) ?? around.findLast((ticks) => ticks < last);
  const after = around.find((ticks) => ticks > last);
  const frameTicks = before !== undefined ? last - before : after !== undefined ? after - last : 0;
  const cut = {
    ...(start && { startDeltaTicks: times[0] - start.ticks }),
    ...(end && { endDeltaTicks: last + frameTicks - end.ticks }),
    videoFrameCount: times.length,
  };
  return { cut, durationTicks: last + frameTicks - times[0] };
};
