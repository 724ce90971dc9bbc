import { TimelineError } from '../timeline/timeline-error.js';
import type { FallbackReason } from './fallback.js';
import type { PlanWarning } from './plan.js';
import type { ProbedStream, SegmentProbe } from './plan-input.js';

/** How the source's streams get into a container: our own remux, ffmpeg's, or only by encoding. */
export interface CodecFit {
  way: 'remux' | 'ffmpeg-copy' | 'transcode';
  /** Why not the way before. */
  reason?: string;
  fallback?: FallbackReason;
  warnings: PlanWarning[];
}

const OWN = new Set(['h264', 'hevc', 'mpeg2video', 'aac', 'ac3', 'eac3', 'mp2', 'mp3']);
const FFMPEG: Record<'mp4' | 'mov', Set<string>> = {
  mp4: new Set([...OWN, 'aac-pce', 'mpeg1video', 'mpeg4', 'dts', 'opus']),
  mov: new Set([...OWN, 'aac-pce', 'mpeg1video', 'mpeg4']),
};

const ofKind = (probe: SegmentProbe, kind: ProbedStream['kind']): ProbedStream[] =>
  probe.streams.filter((stream) => stream.kind === kind);

/** What neither we nor any ffmpeg that is usual reads: only a ts or a playlist carries it. */
const UNREADABLE = new Set(['ac4', 'avs2', 'avs3', 'vvc']);

/** Throws when a stream would be lost without a word by whoever has to read it. */
export const refuseUnreadable = (probes: SegmentProbe[]): void => {
  const streams = probes.flatMap((probe) => probe.streams);
  const only = 'only a ts without encoding or a playlist can be made of it';
  const stream = streams.find(({ codec }) => UNREADABLE.has(codec));
  if (stream !== undefined) {
    const text = `The ${stream.kind} codec ${stream.codec} cannot be read: ${only}.`;
    throw new TimelineError('unsupported-source', text, { codec: stream.codec });
  }
  // encoders tell it once, at their start, and what begins later cannot be decoded by anybody
  if (!streams.some(({ codec, channelCount }) => codec === 'aac-pce' && channelCount === 0)) return;
  const text = `The AAC leaves its channels to a program_config_element, with which the range does not begin: ${only}.`;
  throw new TimelineError('unsupported-source', text, { codec: 'aac-pce' });
};

const differ = (a: number | undefined, b: number | undefined): boolean => a !== undefined && b !== undefined && a !== b;

/**
 * A track can change its picture, which a further sample description covers, but not its codec, nor the audio format. A format that
 * a probe does not tell, since the sound begins late, is no change.
 */
const changedStream = (a: SegmentProbe, b: SegmentProbe): string | undefined => {
  for (const kind of ['video', 'audio'] as const) {
    const later = ofKind(b, kind);
    for (const [position, stream] of ofKind(a, kind).entries()) {
      const other = later[position];
      if (other === undefined) continue;
      if (other.codec !== stream.codec) return `the ${kind} codec changes from ${stream.codec} to ${other.codec}`;
      if (differ(other.sampleRateHz, stream.sampleRateHz)) return 'the audio sample rate changes';
      if (differ(other.channelCount, stream.channelCount)) return 'the audio channels change';
    }
  }
  return undefined;
};

/** Of any two probes: one that does not tell its format hides no change between those around it. */
const changeAmong = (probes: SegmentProbe[]): string | undefined => {
  for (const [index, later] of probes.entries()) {
    for (const earlier of probes.slice(0, index)) {
      const change = changedStream(earlier, later);
      if (change !== undefined) return change;
    }
  }
  return undefined;
};

/**
 * What one ffmpeg cannot follow: it opens its decoders by the first program of its input, and passes over what changes later
 * without a word. `probes`: of the first piece of each run, in order.
 */
export const codecChange = (probes: SegmentProbe[]): string | undefined => {
  for (const kind of ['video', 'audio'] as const) {
    for (const later of probes.slice(1)) {
      const codecs = ofKind(later, kind).map(({ codec }) => codec);
      const first = ofKind(probes[0], kind);
      const changed = first.findIndex(({ codec }, position) => (codecs[position] ?? codec) !== codec);
      if (changed !== -1) return `the ${kind} codec changes from ${first[changed].codec} to ${codecs[changed]}`;
    }
  }
  return undefined;
};

const variesInTracks = (probes: SegmentProbe[]): boolean =>
  new Set(probes.map((probe) => `${ofKind(probe, 'video').length}/${ofKind(probe, 'audio').length}`)).size > 1;

const codecsOfKind = (probes: SegmentProbe[], kind: ProbedStream['kind']): string[] => [
  ...new Set(probes.flatMap((probe) => ofKind(probe, kind).map((stream) => stream.codec))),
];

const fitWarnings = (probes: SegmentProbe[]): PlanWarning[] => {
  const warnings: PlanWarning[] = [];
  const others = codecsOfKind(probes, 'other');
  if (others.length > 0) {
    const message = `Streams that are neither video nor audio are left out: ${others.join(', ')}.`;
    warnings.push({ code: 'streams-dropped', message });
  }
  if (variesInTracks(probes)) {
    warnings.push({ code: 'tracks-vary', message: 'Some runs of the recording have more tracks than others.' });
  }
  return warnings;
};

/** What an encode leaves out, into whatever container. */
export const encodeWarnings = (probes: SegmentProbe[]): PlanWarning[] => {
  const videoCount = Math.max(0, ...probes.map((probe) => ofKind(probe, 'video').length));
  const message = `Of ${videoCount} video tracks only the first is encoded, the others are left out.`;
  return [...fitWarnings(probes), ...(videoCount > 1 ? [{ code: 'streams-dropped', message }] : [])];
};

/** `probes`: of the first piece of each run, in order. */
export const fitCodecs = (container: 'mp4' | 'mov', probes: SegmentProbe[]): CodecFit => {
  refuseUnreadable(probes);
  const warnings = fitWarnings(probes);
  const encoded = { way: 'transcode', warnings: encodeWarnings(probes) } as const;
  const streams = probes.flatMap((probe) => [...ofKind(probe, 'video'), ...ofKind(probe, 'audio')]);
  const foreign = streams.find((stream) => !FFMPEG[container].has(stream.codec));
  if (foreign !== undefined) {
    const reason = `${foreign.kind} codec ${foreign.codec} does not fit ${container}`;
    return { ...encoded, reason, fallback: 'codec-encoded' };
  }
  const change = changeAmong(probes);
  if (change !== undefined) return { ...encoded, reason: `${change} inside the range`, fallback: 'change-encoded' };
  const indirect = streams.find((stream) => !OWN.has(stream.codec));
  if (indirect !== undefined) {
    const reason = `${indirect.kind} codec ${indirect.codec} is copied by ffmpeg`;
    return { way: 'ffmpeg-copy', reason, fallback: 'codec-copied-by-ffmpeg', warnings };
  }
  const unknown = codecsOfKind(probes, 'unknown');
  if (streams.length === 0 || unknown.length > 0) {
    const reason = unknown.length > 0 ? 'some streams were not recognised' : 'the streams were not recognised';
    return { way: 'ffmpeg-copy', reason, fallback: 'streams-unknown', warnings };
  }
  return { way: 'remux', warnings };
};
