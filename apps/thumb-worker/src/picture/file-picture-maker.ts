import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ClipfleetError, type MeasuredCut } from '@clipfleet/contracts';
import {
  type FfmpegRunner,
  fileInputOptions,
  filePictureOptions,
  firstFrameOptions,
  frameTimesOf,
  listFramesOptions,
  withRangeServer,
  withScratch,
} from '@clipfleet/ffmpeg';
import type { TaskIo } from '@clipfleet/object-store';
import { type PictureTask, TICKS_PER_MS } from '@clipfleet/timeline';
import type { ThumbWorkerConfig } from '../thumb-worker-config.js';

const US_PER_MS = 1000;
/**
 * How far before the instant decoding begins. Containers with an index lead to the keyframe at once; in others it is looked for
 * further and further back.
 */
const LEADS_US = [0, 2_000_000, 8_000_000, 32_000_000, Infinity];

/** Of what was read, kept for the runs that read it again: the header, and the pictures from the keyframe on. */
const MAX_REMEMBERED_BYTES = 16 * 1024 * 1024;

/** The frame that is on the screen, and from where on decoding finds it. */
interface ShownFrame {
  frameUs: number;
  seekUs: number;
}

/** Makes one image of the picture that is on the screen at an instant of a stored media file, of which ffmpeg reads only ranges. */
export class FilePictureMaker {
  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly config: Pick<ThumbWorkerConfig, 'scratchPath' | 'pictureTimeoutMs'>,
  ) {}

  /** Throws ClipfleetError: `undecodable` when there is no picture; the signal's reason when aborted. */
  async make(task: PictureTask, io: TaskIo): Promise<MeasuredCut> {
    const [piece] = task.pieces;
    const offsetTicks = task.trimStart?.offsetTicks ?? 0;
    const pointUs = Math.floor((offsetTicks * US_PER_MS) / TICKS_PER_MS);
    const file = {
      sizeBytes: piece.sizeBytes,
      extension: safeExtension(piece.key),
      read: remembering((startByte, endByte) => io.readRange(piece, [startByte, endByte])),
    };
    return withScratch(this.config.scratchPath, async (directory) => {
      const path = join(directory, `picture.${task.imageFormat ?? 'jpg'}`);
      const { frameUs } = await withRangeServer(file, async (url) => {
        const shown = await this.find(url, pointUs, { directory, io });
        await this.run(url, shown.seekUs, { options: filePictureOptions(shown.frameUs, task), path, io });
        return shown;
      });
      const picture = await readFile(path).catch((cause: unknown) => {
        throw new ClipfleetError('undecodable', 'The picture at the asked instant cannot be decoded.', { cause });
      });
      await io.write(task.partBlock.firstPartNumber, picture);
      const deltaTicks = Math.round(((frameUs - pointUs) * TICKS_PER_MS) / US_PER_MS);
      return { startDeltaTicks: deltaTicks, videoFrameCount: 1 };
    });
  }

  /** The last frame that begins at or before the instant; the first of all where the video begins later than the file. */
  private async find(url: string, pointUs: number, { directory, io }: { directory: string; io: TaskIo }) {
    const list = async (seekUs: number, options: readonly string[]): Promise<ShownFrame | undefined> => {
      const path = join(directory, 'frames.txt');
      await this.run(url, seekUs, { options, path, io });
      const frameUs = frameTimesOf(await readFile(path, 'utf8')).at(-1);
      return frameUs === undefined ? undefined : { frameUs, seekUs };
    };
    for (const seekUs of new Set(LEADS_US.map((leadUs) => Math.max(0, pointUs - leadUs)))) {
      const from = seekUs === 0 ? 'first' : 'keyframe';
      const shown = await list(seekUs, listFramesOptions({ endUs: pointUs + 1, from }));
      if (shown) return shown;
    }
    const first = await list(0, firstFrameOptions);
    if (first) return first;
    throw new ClipfleetError('undecodable', 'There is no video at the asked instant.');
  }

  private run(
    inputPath: string,
    seekUs: number,
    { options: outputOptions, path, io }: { options: readonly string[]; path: string; io: TaskIo },
  ): Promise<void> {
    const command = { inputPath, inputOptions: fileInputOptions(seekUs), outputOptions, outputPath: path };
    return this.ffmpeg.run(command, { signal: io.signal, timeoutMs: this.config.pictureTimeoutMs });
  }
}

const safeExtension = (key: string): string => /^\.\w{1,8}$/.exec(extname(key))?.[0] ?? '';

type Read = (startByte: number, endByte: number) => Promise<Uint8Array>;

const remembering = (read: Read): Read => {
  const known = new Map<string, Uint8Array>();
  let knownBytes = 0;
  return async (startByte, endByte) => {
    const name = `${startByte}-${endByte}`;
    const bytes = known.get(name) ?? (await read(startByte, endByte));
    if (!known.has(name) && knownBytes + bytes.length <= MAX_REMEMBERED_BYTES) {
      known.set(name, bytes);
      knownBytes += bytes.length;
    }
    return bytes;
  };
};
