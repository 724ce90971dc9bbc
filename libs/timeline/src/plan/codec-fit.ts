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
  mp4: new Set([...OWN, 'mpeg1video', 'mpeg4', 'dts', 'opus']),
  mov: new Set([...OWN, 'mpeg1video', 'mpeg4']),
};

const ofKind = (probe: SegmentProbe, kind: ProbedStream['kind']): ProbedStream[] =>
  probe.streams.filter((stream) => stream.kind === kind);

/** A track can change its picture, which a further sample description covers, but not its codec, nor the audio format. */
const changedStream = (a: SegmentProbe, b: SegmentProbe): string | undefined => {
  for (const kind of ['video', 'audio'] as const) {
    const later = ofKind(b, kind);
    for (const [position, stream] of ofKind(a, kind).entries()) {
      const other = later[position];
      if (other === undefined) continue;
      if (other.codec !== stream.codec) return `the ${kind} codec changes from ${stream.codec} to ${other.codec}`;
      if (other.sampleRateHz !== stream.sampleRateHz) return 'the audio sample rate changes';
      if (other.channelCount !== stream.channelCount) return 'the audio channels change';
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

const fitWarnings = (probes: SegmentProbe[]): PlanWarning[] => {
  const warnings: PlanWarning[] = [];
  const others = [...new Set(probes.flatMap((probe) => ofKind(probe, 'other').map((stream) => stream.codec)))];
  if (others.length > 0) {
    const message = `Streams that are neither video nor audio are left out: ${others.join(', ')}.`;
    warnings.push({ code: 'streams-dropped', message });
  }
  if (variesInTracks(probes)) {
    warnings.push({ code: 'tracks-vary', message: 'Some runs of the recording have more tracks than others.' });
  }
  return warnings;
};

/** `probes`: of the first piece of each run, in order. */
export const fitCodecs = (container: 'mp4' | 'mov', probes: SegmentProbe[]): CodecFit => {
  const warnings = fitWarnings(probes);
  const streams = probes.flatMap((probe) => probe.streams.filter((stream) => stream.kind !== 'other'));
  const foreign = streams.find((stream) => !FFMPEG[container].has(stream.codec));
  if (foreign !== undefined) {
    const reason = `${foreign.kind} codec ${foreign.codec} does not fit ${container}`;
    return { way: 'transcode', reason, fallback: 'codec-encoded', warnings };
  }
  for (const probe of probes.slice(1)) {
    const change = changedStream(probes[0], probe);
    if (change === undefined) continue;
    return { way: 'transcode', reason: `${change} inside the range`, fallback: 'change-encoded', warnings };
  }
  const indirect = streams.find((stream) => !OWN.has(stream.codec));
  if (indirect !== undefined) {
    const reason = `${indirect.kind} codec ${indirect.codec} is copied by ffmpeg`;
    return { way: 'ffmpeg-copy', reason, fallback: 'codec-copied-by-ffmpeg', warnings };
  }
  if (streams.length === 0) {
    return { way: 'ffmpeg-copy', reason: 'the streams were not recognised', fallback: 'streams-unknown', warnings };
  }
  return { way: 'remux', warnings };
};
