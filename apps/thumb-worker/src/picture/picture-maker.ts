import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError, type MeasuredCut } from '@clipfleet/contracts';
import {
  decodeInputOptions,
  type FfmpegRunner,
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
      const frameTicks = times.shownAt(window.startTicks);
      if (frameTicks === undefined) throw new ClipfleetError('undecodable', 'There is no video at the asked instant.');
      const outputOptions = pictureOptions(frameTicks, task);
      await this.ffmpeg.run(
        { inputPath, inputOptions: decodeInputOptions, outputOptions, outputPath },
        { signal: io.signal, timeoutMs: this.config.pictureTimeoutMs },
      );
      const picture = await readFile(outputPath).catch((error: unknown) => {
        throw new ClipfleetError('undecodable', 'The picture at the asked instant cannot be decoded.', {
          cause: error,
        });
      });
      await io.write(task.partBlock.firstPartNumber, picture);
      return { startDeltaTicks: frameTicks - window.startTicks, videoFrameCount: 1 };
    });
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
