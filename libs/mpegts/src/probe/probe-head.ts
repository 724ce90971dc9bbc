import { TsDemuxer } from '../demux/ts-demuxer.js';
import type { TsProgram } from '../psi/program.js';
import { isAudioCodec, isVideoCodec } from '../psi/stream-kind.js';
import type { TrackConfig } from '../sample.js';
import type { TsWarning } from '../warning-log.js';
import { SegmentStartFinder } from './segment-start.js';
import { unreadAudioKind } from './unread-audio.js';

/** What the bytes did not show. */
export type MissingFact = 'program' | 'start' | 'video-config' | 'audio-config';

/** Times are ticks as on the wire (33 bits). */
export interface HeadProbe {
  readonly program: TsProgram | undefined;
  /** PAT and PMT packets, to be carried in plans for ranges that begin without; empty if there are none. */
  readonly programPackets: Uint8Array;
  readonly firstVideo:
    | { readonly pid: number; readonly ptsTicks: number; readonly dtsTicks: number; readonly keyframe: boolean }
    | undefined;
  readonly firstAudio: { readonly pid: number; readonly ptsTicks: number } | undefined;
  /** See `SegmentStartRule`. */
  readonly segmentStartTicks: number | undefined;
  /** The first configuration of each track that was found, in the order of the PMT. */
  readonly configs: readonly TrackConfig[];
  /** Audio streams without a frame of the codec they are named for, and what they are instead. */
  readonly unread: ReadonlyMap<number, 'aac-latm' | 'unknown'>;
  readonly warnings: readonly TsWarning[];
  readonly missing: readonly MissingFact[];
  /** Try again with more bytes from the start. Where a program names audio that never comes, every number of bytes is too few. */
  readonly needsMoreBytes: boolean;
}

export interface ProbeHeadOptions {
  /** For segments without PAT and PMT. */
  readonly programPackets?: Uint8Array;
  /** The bytes are the whole segment: nothing more can be read. */
  readonly isWhole?: boolean;
}

/** Reads what a planner needs from the first bytes of a segment. */
export const probeHead = (bytes: Uint8Array, options: ProbeHeadOptions = {}): HeadProbe => {
  const finder = new SegmentStartFinder(options.programPackets);
  finder.push(bytes);
  if (options.isWhole === true) finder.finish();
  else finder.settle();
  const { configs, warnings } = readConfigs(bytes, options.programPackets);
  const { program, firstVideo: video, firstAudio: audio } = finder;
  const unread = findUnread(bytes, program, configs);
  const missing = missingFacts(finder, new Set([...configs.map(({ pid }) => pid), ...unread.keys()]));
  return {
    ...{
      program,
      programPackets: finder.programPackets,
      segmentStartTicks: finder.startTicks,
      configs,
      unread,
      warnings,
      missing,
    },
    firstVideo:
      video?.ptsTicks !== undefined && video.dtsTicks !== undefined
        ? { pid: video.stream.pid, ptsTicks: video.ptsTicks, dtsTicks: video.dtsTicks, keyframe: video.keyframe }
        : undefined,
    firstAudio: audio?.ptsTicks === undefined ? undefined : { pid: audio.stream.pid, ptsTicks: audio.ptsTicks },
    needsMoreBytes: options.isWhole !== true && missing.length > 0,
  };
};

const readConfigs = (
  bytes: Uint8Array,
  programPackets: Uint8Array | undefined,
): { configs: TrackConfig[]; warnings: TsWarning[] } => {
  const configs = new Map<number, TrackConfig>();
  const sink = {
    config: (config: TrackConfig) => {
      if (!configs.has(config.pid)) configs.set(config.pid, config);
    },
    sample: () => {},
  };
  const demuxer = new TsDemuxer({ sink, ...(programPackets !== undefined && { programPackets }) });
  demuxer.push(bytes);
  demuxer.flush();
  return {
    configs: [...configs.values()].toSorted((a, b) => a.streamIndex - b.streamIndex),
    warnings: demuxer.warnings,
  };
};

const findUnread = (
  bytes: Uint8Array,
  program: TsProgram | undefined,
  configs: readonly TrackConfig[],
): Map<number, 'aac-latm' | 'unknown'> => {
  const unread = new Map<number, 'aac-latm' | 'unknown'>();
  for (const { pid, kind } of program?.streams ?? []) {
    if (!isAudioCodec(kind) || configs.some((config) => config.pid === pid)) continue;
    const found = unreadAudioKind(bytes, pid);
    if (found !== undefined) unread.set(pid, found);
  }
  return unread;
};

/** `found`: the streams of which is known what they are. */
const missingFacts = (finder: SegmentStartFinder, found: ReadonlySet<number>): MissingFact[] => {
  if (finder.program === undefined) return ['program'];
  const missing: MissingFact[] = [];
  if (finder.startTicks === undefined) missing.push('start');
  // Pictures without parameter sets before them are no fault of too few bytes.
  const expectsVideo = finder.firstVideo === undefined || finder.firstVideo.keyframe;
  const { streams } = finder.program;
  if (expectsVideo && streams.some(({ kind, pid }) => isVideoCodec(kind) && !found.has(pid)))
    missing.push('video-config');
  if (streams.some(({ kind, pid }) => isAudioCodec(kind) && !found.has(pid))) missing.push('audio-config');
  return missing;
};
