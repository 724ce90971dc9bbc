import { fileURLToPath } from 'node:url';
import { ClipfleetError } from '@clipfleet/contracts';
import { crashPoint, withChildSpan } from '@clipfleet/platform';
import type { Attributes } from '@opentelemetry/api';
import ffmpeg from 'fluent-ffmpeg';
import { ffmpegFailure } from './ffmpeg-failure.js';
import type { FfmpegCommand, FfmpegRunner, FfmpegRunOptions, ProbedMedia, ProbedStream } from './ffmpeg-runner.js';

/** Sets the limits of its environment and dies with its parent; see the script. */
const LIMITED_FFMPEG = fileURLToPath(new URL('../../bin/limited-ffmpeg', import.meta.url));
const STDERR_LINES_KEPT = 40;
const STREAM_TYPES = ['video', 'audio', 'subtitle', 'data'] as const;

/** FfmpegRunner by fluent-ffmpeg: the only file that knows this library. */
export class FluentFfmpegRunner implements FfmpegRunner {
  constructor(private readonly paths: { ffmpegPath?: string; ffprobePath?: string } = {}) {}

  run(command: FfmpegCommand, options: FfmpegRunOptions): Promise<void> {
    return withChildSpan(
      'ffmpeg',
      () => attributesOf(command),
      () => this.runJob(command, options),
    );
  }

  probe(path: string): Promise<ProbedMedia> {
    return withChildSpan(
      'ffprobe',
      () => ({ 'process.executable.name': 'ffprobe' }),
      () => this.probeFile(path),
    );
  }

  private async runJob(command: FfmpegCommand, options: FfmpegRunOptions): Promise<void> {
    options.signal?.throwIfAborted();
    const job = ffmpeg({ stdoutLines: STDERR_LINES_KEPT });
    job.setFfmpegPath(this.paths.ffmpegPath ?? LIMITED_FFMPEG);
    job.input(command.inputPath).inputOptions([...command.inputOptions]);
    job.outputOptions([...command.outputOptions]).output(command.outputPath);

    let killedFor: unknown;
    const kill = (reason: unknown): void => {
      killedFor ??= reason;
      job.kill('SIGKILL');
    };
    const onAbort = (): void => kill(options.signal?.reason);
    const tooLong = new ClipfleetError('deadline-exceeded', `ffmpeg ran longer than ${options.timeoutMs} ms`);
    const deadline = setTimeout(() => kill(tooLong), options.timeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        job.on('progress', ({ timemark }: { timemark?: string }) => {
          if (timemark) options.onProgress?.({ outTimeMs: timemarkToMs(timemark) });
        });
        job.on('end', () => resolve());
        job.on('error', (error: Error, _stdout: string | null, stderr: string | null) =>
          reject(killedFor ?? ffmpegFailure(stderr ?? error.message, error)),
        );
        // An abort between the library's start and its spawn finds no process yet: kill it as soon as there is one.
        job.on('start', () =>
          setImmediate(() => {
            crashPoint('ffmpeg.started');
            if (killedFor !== undefined) job.kill('SIGKILL');
          }),
        );
        job.run();
      });
    } finally {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  private async probeFile(path: string): Promise<ProbedMedia> {
    const data = await new Promise<ffmpeg.FfprobeData>((resolve, reject) => {
      const job = ffmpeg(path);
      if (this.paths.ffprobePath) job.setFfprobePath(this.paths.ffprobePath);
      job.ffprobe((error: unknown, found) =>
        error
          ? reject(new ClipfleetError('undecodable', 'ffprobe finds no media in the file', { cause: error }))
          : resolve(found),
      );
    });
    return {
      formatName: data.format.format_name ?? '',
      durationMs: secondsToMs(data.format.duration) ?? 0,
      sizeBytes: data.format.size ?? 0,
      streams: data.streams.map(toProbedStream),
    };
  }
}

/** The options, which say what is done; the paths are this machine's, and gone when somebody reads the trace. */
const attributesOf = ({ inputOptions, outputOptions }: FfmpegCommand): Attributes => ({
  'process.executable.name': 'ffmpeg',
  'clipfleet.ffmpeg.input_options': inputOptions.join(' '),
  'clipfleet.ffmpeg.output_options': outputOptions.join(' '),
});

const toProbedStream = (stream: ffmpeg.FfprobeStream): ProbedStream => ({
  index: stream.index,
  type: STREAM_TYPES.find((type) => type === stream.codec_type) ?? 'data',
  codec: stream.codec_name ?? 'unknown',
  width: stream.width,
  height: stream.height,
  sampleRateHz: stream.sample_rate,
  channelCount: stream.channels,
  durationMs: secondsToMs(stream.duration),
});

/** ffprobe's decimal seconds (or its `N/A`) in ms. */
const secondsToMs = (seconds: string | number | undefined): number | undefined => {
  const value = Number(seconds);
  return seconds === undefined || Number.isNaN(value) ? undefined : Math.round(value * 1000);
};

/** `hh:mm:ss.cc` in ms; ffmpeg writes `N/A` before the first packet. */
const timemarkToMs = (timemark: string): number => {
  const match = /^(-?)(\d+):(\d{2}):(\d{2})(?:\.(\d+))?$/.exec(timemark);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds, fraction = '0'] = match;
  const ms =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  return sign === '-' ? 0 : ms;
};
