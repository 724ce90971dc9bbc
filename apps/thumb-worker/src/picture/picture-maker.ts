import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError, type MeasuredCut } from '@clipfleet/contracts';
import {
  decodeInputOptions,
  type FfmpegRunner,
  frameTimesOf,
  listTicksOptions,
  pictureOptions,
  withScratch,
  writeLocalStream,
} from '@clipfleet/ffmpeg';
import { MpegtsError } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import type { PictureTask } from '@clipfleet/timeline';
import type { ThumbWorkerConfig } from '../thumb-worker-config.js';

/** Makes one image of the picture that is on the screen at the asked instant, and writes it as the one part of the output. */
export class PictureMaker {
  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly config: Pick<ThumbWorkerConfig, 'scratchPath' | 'pictureTimeoutMs'>,
  ) {}

  /** Throws ClipfleetError: `undecodable` when there is no picture; the signal's reason when aborted. */
  async make(task: PictureTask, io: TaskIo): Promise<MeasuredCut> {
    return withScratch(this.config.scratchPath, async (directory) => {
      const inputPath = join(directory, 'input.ts');
      const outputPath = join(directory, `picture.${task.imageFormat ?? 'jpg'}`);
      const { window, times } = await this.writeInput(task, io, inputPath);
      const find = (): Promise<number | undefined> => this.find(inputPath, window.startTicks, { directory, io });
      // of video that is not known here ffmpeg tells the pictures
      const frameTicks = times.shownAt(window.startTicks) ?? (times.hasVideo ? await find() : undefined);
      if (frameTicks === undefined) throw new ClipfleetError('undecodable', 'There is no video at the asked instant.');
      const outputOptions = pictureOptions(frameTicks, task);
      await this.run(io, inputPath, outputOptions, outputPath);
      const picture = await readFile(outputPath).catch((error: unknown) => {
        throw new ClipfleetError('undecodable', 'The picture at the asked instant cannot be decoded.', {
          cause: error,
        });
      });
      await io.write(task.partBlock.firstPartNumber, picture);
      return { startDeltaTicks: frameTicks - window.startTicks, videoFrameCount: 1 };
    });
  }

  /** The last picture that is not after the instant, else the first. */
  private async find(
    inputPath: string,
    instantTicks: number,
    { directory, io }: { directory: string; io: TaskIo },
  ): Promise<number | undefined> {
    const path = join(directory, 'frames.txt');
    for (const options of [listTicksOptions(instantTicks), listTicksOptions()]) {
      await this.run(io, inputPath, options, path);
      const frameTicks = frameTimesOf(await readFile(path, 'utf8')).at(-1);
      if (frameTicks !== undefined) return frameTicks;
    }
    return undefined;
  }

  private run(io: TaskIo, inputPath: string, outputOptions: readonly string[], outputPath: string): Promise<void> {
    const { pictureTimeoutMs: timeoutMs } = this.config;
    const command = { inputPath, inputOptions: decodeInputOptions, outputOptions, outputPath };
    return this.ffmpeg.run(command, { signal: io.signal, timeoutMs });
  }

  private async writeInput(task: PictureTask, io: TaskIo, path: string): ReturnType<typeof writeLocalStream> {
    try {
      return await writeLocalStream({ ...task, read: (piece) => io.read(piece) }, path);
    } catch (error) {
      if (!(error instanceof MpegtsError)) throw error;
      throw new ClipfleetError('undecodable', `The media cannot be used: ${error.message}`, { cause: error });
    }
  }
}
