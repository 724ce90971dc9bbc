import { availableParallelism } from 'node:os';
import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import { type FfmpegRunner, withScratch } from '@clipfleet/ffmpeg';
import { IsobmffError } from '@clipfleet/isobmff';
import { MpegtsError } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import type { EncodeAudioTask, EncodeRangeTask } from '@clipfleet/timeline';
import type { TranscodeWorkerConfig } from '../transcode-worker-config.js';
import { assertSpace } from './assert-space.js';
import { coresOfEncode } from './cores-of-encode.js';
import { AudioEncode } from './encode-audio.js';
import { RangeEncode } from './encode-range.js';
import { durationMsOf, Encoder } from './encoder.js';
import type { Attempt } from './payload-writer.js';

/** A share of an mp4 or mov that is encoded: a range of its pictures, or all of its sound. */
export class EncodeTasks {
  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly config: Pick<
      TranscodeWorkerConfig,
      'concurrency' | 'scratchPath' | 'maxScratchBytes' | 'ffmpegTimeoutMs'
    >,
  ) {}

  /** `onProgress`: 0 … 1 of ffmpeg's runs. Throws ClipfleetError; the signal's reason when aborted. */
  async encode(
    task: EncodeRangeTask | EncodeAudioTask,
    io: TaskIo,
    attempt: Attempt,
    onProgress: (ratio: number) => void,
  ): Promise<TaskReport> {
    assertSpace(task, this.config);
    const { concurrency, scratchPath, ffmpegTimeoutMs: timeoutMs } = this.config;
    const totalMs = durationMsOf(task.pieces);
    const encoder = new Encoder(this.ffmpeg, { signal: io.signal, timeoutMs, totalMs, onProgress });
    const run = (directory: string): Promise<TaskReport> => {
      if (task.kind === 'encode-audio') return new AudioEncode(task, io, encoder, attempt).run(directory);
      const cores = coresOfEncode(task.rangeCount, concurrency, availableParallelism());
      return new RangeEncode(task, io, encoder, attempt, cores).run(directory);
    };
    try {
      return await withScratch(scratchPath, run);
    } catch (error) {
      if (!(error instanceof MpegtsError) && !(error instanceof IsobmffError)) throw error;
      throw new ClipfleetError('undecodable', `The media cannot be used: ${error.message}`, { cause: error });
    }
  }
}
