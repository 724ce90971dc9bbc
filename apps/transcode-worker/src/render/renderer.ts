import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import {
  copyInputOptions,
  copyOptions,
  decodeInputOptions,
  type EvenShare,
  evenShare,
  type FfmpegRunner,
  type LocalStream,
  transcodeOptions,
  withScratch,
  writeLocalStream,
} from '@clipfleet/ffmpeg';
import { MpegtsError } from '@clipfleet/mpegts';
import { MIN_PART_BYTES, PartCutter, type TaskIo } from '@clipfleet/object-store';
import { transcodeSpeedRatio } from '@clipfleet/platform';
import {
  attemptParts,
  BUILT_IN_PROFILES,
  DEFAULT_PROFILE_NAME,
  type PartBlock,
  type RenderTask,
  ticksToMs,
} from '@clipfleet/timeline';
import { assertSpace } from '../encode/assert-space.js';
import type { TranscodeWorkerConfig } from '../transcode-worker-config.js';
import { exactCut } from './exact-cut.js';
import { trimmedFile } from './trimmed-file.js';

const TARGET_PART_BYTES = 16 * 1024 * 1024;

interface Rendered {
  path: string;
  local: LocalStream;
  exact: boolean;
  /** At another frame rate. */
  even: EvenShare | undefined;
  warnings: Found['warnings'];
}

interface Found {
  video: boolean;
  audio: boolean;
  warnings: NonNullable<TaskReport['warnings']>;
}

/** One ffmpeg over the pieces of a task: an encode, or a copy of what the remuxer does not know. */
export class Renderer {
  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly config: Pick<TranscodeWorkerConfig, 'scratchPath' | 'maxScratchBytes' | 'ffmpegTimeoutMs'>,
  ) {}

  /** `onProgress`: 0 … 1 of ffmpeg's run. Throws ClipfleetError; the signal's reason when aborted. */
  async render(
    task: RenderTask,
    io: TaskIo,
    context: { attemptNumber: number; signal: AbortSignal },
    onProgress: (ratio: number) => void,
  ): Promise<TaskReport> {
    assertSpace(task, this.config);
    try {
      return await withScratch(this.config.scratchPath, async (directory) => {
        const rendered = await this.makeFile(task, io, directory, onProgress);
        await upload(rendered, task, io, attemptParts(task.partBlock, io.destination.abilities, context.attemptNumber));
        const { local, exact, even } = rendered;
        return {
          ...(await io.finish()),
          cut: exact ? exactCut(task, local, even) : local.cut,
          warnings: rendered.warnings,
        };
      });
    } catch (error) {
      if (!(error instanceof MpegtsError)) throw error;
      throw new ClipfleetError('undecodable', `The media cannot be used: ${error.message}`, { cause: error });
    }
  }

  private async makeFile(
    task: RenderTask,
    io: TaskIo,
    directory: string,
    onProgress: (ratio: number) => void,
  ): Promise<Rendered> {
    const inputPath = join(directory, 'input.ts');
    const outputPath = join(directory, `output.${task.container}`);
    const local = await writeInput(task, io, inputPath);
    const found = await this.look(inputPath, local);
    const { inputOptions, outputOptions, exact, even } = this.optionsFor(task, local, found);
    const durationMs = ticksToMs(task.pieces.reduce((sum, piece) => sum + piece.durationTicks, 0));
    const startedAtMs = performance.now();
    await this.ffmpeg.run(
      { inputPath, inputOptions, outputOptions, outputPath },
      {
        signal: io.signal,
        timeoutMs: this.config.ffmpegTimeoutMs,
        onProgress: ({ outTimeMs }) => onProgress(Math.min(1, outTimeMs / Math.max(1, durationMs))),
      },
    );
    transcodeSpeedRatio.observe({ kind: task.codec.kind }, durationMs / (performance.now() - startedAtMs));
    return { path: outputPath, local, exact, even, warnings: found.warnings };
  }

  /** What there is to be seen and heard: where not all of it is known here, ffmpeg is asked. */
  private async look(path: string, { times }: LocalStream): Promise<Found> {
    const { hasVideo, hasAudio, unknownStreams, knownStreamCount } = times;
    const isKnown = unknownStreams.length === 0 && (hasVideo || hasAudio);
    if (isKnown) return { video: hasVideo, audio: hasAudio, warnings: [] };
    const { streams } = await this.ffmpeg.probe(path);
    const videos = streams.filter(({ type }) => type === 'video');
    const sounds = streams.filter(({ type, channelCount = 0 }) => type === 'audio' && channelCount > 0);
    const readCount = videos.length + sounds.length - knownStreamCount;
    const names = unknownStreams.map(({ kind, streamType }) => `${kind} (type ${streamType})`);
    const message = `Of the streams ${names.join(', ')} ffmpeg reads ${readCount}: the others are left out.`;
    return {
      video: hasVideo || videos.length > 0,
      audio: hasAudio || sounds.length > 0,
      warnings: readCount < names.length ? [{ code: 'streams-dropped', message }] : [],
    };
  }

  private optionsFor(
    // messages of before had no encoding
    { container, codec, encoding = BUILT_IN_PROFILES[DEFAULT_PROFILE_NAME], cutMode, trimStart, trimEnd }: RenderTask,
    { window, times }: LocalStream,
    found: Found,
  ): { inputOptions: readonly string[]; outputOptions: readonly string[]; exact: boolean; even?: EvenShare } {
    if (codec.kind === 'transcode') {
      // of what only ffmpeg knows, it finds the fields itself
      const interlaced = times.picture?.interlaced ?? true;
      const { frameRate } = encoding.video;
      const even = frameRate === undefined ? undefined : evenShare(frameRate, { window, times });
      const streams = { ...found, interlaced, ...(even && { evenFrames: even.evenFrames }) };
      const outputOptions = transcodeOptions(container, encoding, window, streams);
      return { inputOptions: decodeInputOptions, outputOptions, exact: true, even };
    }
    // with the stream's own times in the file, the edit list can be cut by them; a whole one starts with what is first, be it audio
    const exact = isExactCopy({ container, cutMode, trimStart, trimEnd });
    return {
      inputOptions: exact ? decodeInputOptions : copyInputOptions,
      outputOptions: copyOptions(container),
      exact,
    };
  }
}

type Edges = Pick<RenderTask, 'container' | 'cutMode' | 'trimStart' | 'trimEnd'>;

const isExactCopy = ({ container, cutMode, trimStart, trimEnd }: Edges): boolean =>
  container !== 'ts' && cutMode === 'exact' && (trimStart ?? trimEnd) !== undefined;

/**
 * The pieces as one stream, cut at the keyframe before in. Sound whose channels are told but once, at its start, needs all
 * that is before the cut: where it is hidden or not encoded it does no harm, else the cut is refused.
 */
const writeInput = async (task: RenderTask, io: TaskIo, path: string): Promise<LocalStream> => {
  const range = { ...task, read: (piece: RenderTask['pieces'][number]) => io.read(piece) };
  const local = await writeLocalStream(range, path);
  if (!local.times.lacksChannels) return local;
  if (task.codec.kind === 'transcode' || isExactCopy(task)) {
    const whole = await writeLocalStream({ ...range, wholeStart: true }, path);
    if (!whole.times.lacksChannels) return whole;
  }
  const text =
    'The AAC leaves its channels to a program_config_element, which the cut takes away: ' +
    'only an exact cut to mp4 or mov, or an encode, of a range that begins with it can be made.';
  throw new ClipfleetError('unsupported-source', text, { details: { codec: 'aac-pce' } });
};

/** The file as parts of the upload; a copy that is to be exact gets its edit list cut on the way. */
const upload = async (
  { path, local, exact }: Rendered,
  task: RenderTask,
  io: TaskIo,
  slot: PartBlock,
): Promise<void> => {
  const { size: sizeBytes } = await stat(path);
  const chunks: AsyncIterable<Uint8Array> =
    exact && task.codec.kind === 'copy' ? trimmedFile(path, local.window) : createReadStream(path);
  const partBytes = Math.max(TARGET_PART_BYTES, Math.ceil((sizeBytes + MIN_PART_BYTES) / slot.partCount));
  const cutter = new PartCutter(partBytes);
  let { firstPartNumber: partNumber } = slot;
  for await (const chunk of chunks) {
    for (const part of cutter.push(chunk)) await io.write(partNumber++, part);
  }
  const last = cutter.finish();
  if (last) await io.write(partNumber, last);
};
