import { type CompareRule, differenceOf } from '../check/compare-tracks.js';
import { cutAudioDifference } from '../check/cut-audio.js';
import { decodeComplaints, type Frame, frameDifference, framesOf, fromFirst } from '../check/frames.js';
import { packetCount, packetsOf } from '../check/packets.js';
import type { Instant, Reference } from '../check/reference.js';
import type { Container } from '../fleet/acceptance-fleet.js';
import type { Exceptions, Kind } from '../kinds/kind.js';
import type { AcceptanceCase, CaseResult } from './case.js';

export type Checked = Pick<CaseResult, 'problem' | 'packetCount' | 'frameCount'>;

export interface Window {
  start: Instant;
  end: Instant;
}

/** A ts cannot hide pictures: those behind the cut that earlier ones need are shown, of a hierarchy of three B-frames two. */
const MOST_REFERENCES_BEHIND = 2;

/** Holds a made file against one ffmpeg's: its packets when it is made of whole segments, else its pictures. */
export const checkOutput = async (
  file: string,
  made: AcceptanceCase,
  { kind, reference, middle, window }: { kind: Kind; reference: Reference; middle: number; window: Window },
): Promise<Checked> => {
  const complaints = (await decodeComplaints(file)).replace(kind.exceptions?.complaint ?? '', '').trim();
  const decoded = complaints === '' ? undefined : `decoding says: ${complaints.split('\n')[0]}`;
  if (made.shape === 'cut') {
    const { problem, frameCount } = await checkPictures(
      file,
      made.container,
      reference,
      window,
      kind.exceptions?.times !== true,
    );
    const audio = made.container === 'ts' ? await checkCutAudio(file, reference, window, kind) : undefined;
    return { problem: problem ?? audio ?? decoded, packetCount: 0, frameCount };
  }
  const tracks = await packetsOf(file);
  const rule = ruleOf(made, kind.exceptions);
  const expected = await reference.packets(made.container, made.shape === 'start' || rule.fromMiddle ? 0 : middle);
  const problem = differenceOf(tracks, expected, rule);
  return { problem: problem ?? decoded, packetCount: packetCount(tracks), frameCount: 0 };
};

const ruleOf = ({ container, shape }: AcceptanceCase, exceptions?: Exceptions): CompareRule => {
  const fromMiddle = shape === 'middle' && exceptions?.middleOfWhole === true;
  const ts = exceptions?.tsTimes ? 'none' : 'shifted';
  return {
    times: container === 'ts' ? ts : timesOf(fromMiddle, exceptions),
    ...(exceptions?.audioTimes && { audioTimes: 'none' as const }),
    audioTicks: audioTicks(container, exceptions) + (fromMiddle ? 1 : 0),
    fromMiddle,
  };
};

const timesOf = (fromMiddle: boolean, exceptions?: Exceptions): CompareRule['times'] =>
  exceptions?.times ? 'none' : fromMiddle ? 'shifted' : 'same';

/** Between two stamps of a ts, audio times are rounded by each reader to 90 kHz; a tick of 44.1 kHz is two of these. */
const audioTicks = (container: Container, exceptions?: Exceptions): number =>
  container === 'ts' ? 2 * (exceptions?.audioTicks ?? 0.5) : (exceptions?.audioTicks ?? 0);

const checkPictures = async (
  file: string,
  container: Container,
  reference: Reference,
  { start, end }: Window,
  times: boolean,
): Promise<Pick<Checked, 'problem' | 'frameCount'>> => {
  const shown = await framesOf(file);
  if (container !== 'ts') {
    const { frames, oneRun } = await reference.framesBetween(start, end);
    return { problem: frameDifference(shown, fromFirst(frames), oneRun && times), frameCount: frames.length };
  }
  const keyframeTicks = await reference.keyframeBefore(start);
  const offsetMs = start.offsetMs + (keyframeTicks - reference.ticksOf(start)) / 90;
  const { frames, oneRun } = await reference.framesBetween({ ...start, offsetMs }, end);
  const problem = frameDifference(shown.slice(0, frames.length), fromFirst(frames), oneRun && times);
  return { problem: problem ?? tooMany(shown, frames), frameCount: frames.length };
};

/** Frames of the one PES that may begin before the first segment of the cut. */
const MOST_LATE_FRAMES = 8;

const checkCutAudio = async (
  file: string,
  reference: Reference,
  { start, end }: Window,
  { exceptions }: Kind,
): Promise<string | undefined> => {
  const whole = await reference.packets('ts', 0);
  const [first] = whole.get('video 0')!;
  const lateFrames = exceptions?.middleOfWhole ? MOST_LATE_FRAMES : 0;
  const { oneRun } = await reference.framesBetween(start, end);
  if (!oneRun) return cutAudioDifference(await packetsOf(file), whole, { lateFrames });
  const fromTicks = first.pts + (await reference.keyframeBefore(start));
  return cutAudioDifference(await packetsOf(file), whole, {
    ...{ fromTicks, toTicks: first.pts + reference.ticksOf(end), lateFrames },
  });
};

const tooMany = (shown: readonly Frame[], expected: readonly Frame[]): string | undefined =>
  shown.length - expected.length > MOST_REFERENCES_BEHIND
    ? `${shown.length} pictures instead of ${expected.length}`
    : undefined;
