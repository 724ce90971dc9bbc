import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import {
  decodeInputOptions,
  decodeMp4InputOptions,
  type FfmpegRunner,
  withScratch,
  writeLocalStream,
} from '@clipfleet/ffmpeg';
import { MpegtsError, type PictureFormat } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import { partSlot, type StoryboardShot, type StoryboardTask } from '@clipfleet/timeline';
import type { ThumbWorkerConfig } from '../thumb-worker-config.js';
import { firstKeyframe, type Keyframe } from './first-keyframe.js';
import { KEYFRAME_STEP_TICKS, keyframeMovie } from './keyframe-movie.js';
import { TileFolder, type WantedTile } from './tile-folder.js';
import { tileSizeOf } from './tile-size.js';

type Made = Pick<TaskReport, 'storyboard' | 'warnings'>;

/** Keyframes that are held in memory and decoded together. */
const KEYFRAMES_AT_ONCE = 32;
const READS_AT_ONCE = 4;

/** Makes the sheet of a storyboard, and writes it as the one part of the output. */
export class StoryboardMaker {
  constructor(
    private readonly ffmpeg: FfmpegRunner,
    private readonly config: Pick<ThumbWorkerConfig, 'scratchPath' | 'pictureTimeoutMs'>,
  ) {}

  /** Throws ClipfleetError: `undecodable` when there is not one picture; the signal's reason when aborted. */
  async make(task: StoryboardTask, io: TaskIo, attemptNumber: number): Promise<Made> {
    try {
      return await withScratch(this.config.scratchPath, async (directory) => {
        const sheet = new Sheet(task, io, directory, this.ffmpeg, this.config.pictureTimeoutMs);
        const { picture, made } = await sheet.make();
        await io.write(partSlot(task.partBlock, attemptNumber).firstPartNumber, picture);
        return made;
      });
    } catch (error) {
      if (!(error instanceof MpegtsError)) throw error;
      throw new ClipfleetError('undecodable', `The media cannot be used: ${error.message}`, { cause: error });
    }
  }
}

class Sheet {
  private folder: TileFolder | undefined;
  private tileHeight = 0;

  constructor(
    private readonly task: StoryboardTask,
    private readonly io: TaskIo,
    private readonly directory: string,
    private readonly ffmpeg: FfmpegRunner,
    private readonly timeoutMs: number,
  ) {}

  async make(): Promise<{ picture: Uint8Array; made: Made }> {
    const { columns, tileWidth, tileCount, intervalTicks, durationTicks, shots } = this.task;
    await this.takeKeyframes(shots.filter(({ mode }) => mode === 'keyframe'));
    for (const shot of shots) if (shot.mode === 'frame') await this.takeFrames(shot);
    const all = Array.from({ length: tileCount }, (_, index) => index);
    const missingTiles = all.filter((index) => this.folder?.has(index) !== true);
    if (!this.folder || missingTiles.length === tileCount) {
      const text =
        'There is no video in the range that can be decoded; sheets are made of H.264, HEVC and MPEG-2 alone.';
      throw new ClipfleetError('undecodable', text);
    }
    const outputPath = join(this.directory, 'sheet.jpg');
    await this.folder.compose(tileCount, columns, outputPath);
    const { tileHeight } = this;
    const storyboard = { columns, tileWidth, tileHeight, tileCount, intervalTicks, durationTicks, missingTiles };
    return { picture: await readFile(outputPath), made: { storyboard, warnings: warningsOf(missingTiles, tileCount) } };
  }

  /** The pictures on the screen at the instants of one shot. */
  private async takeFrames({ lead, pieces, tiles }: StoryboardShot): Promise<void> {
    const path = join(this.directory, 'input.ts');
    const trimStart = { offsetTicks: tiles[0].offsetTicks };
    const range = { lead, pieces, trimStart, read: (piece: (typeof pieces)[number]) => this.io.read(piece) };
    const local = await writeLocalStream(range, path).catch(nothingUsable);
    if (local?.times.picture) {
      const { times, pieceStartTicks } = local;
      const wanted = tiles.flatMap(({ tileIndex, pieceIndex, offsetTicks }): WantedTile[] => {
        const startTicks = pieceStartTicks[lead.length + pieceIndex];
        const frameTicks = startTicks === undefined ? undefined : times.shownAt(startTicks + offsetTicks);
        return frameTicks === undefined ? [] : [{ tileIndex, frameTicks }];
      });
      if (wanted.length > 0) await this.folderFor(local.times.picture).extract(path, decodeInputOptions, wanted);
    }
    await rm(path, { force: true });
  }

  private async takeKeyframes(shots: readonly StoryboardShot[]): Promise<void> {
    for (let first = 0; first < shots.length; first += KEYFRAMES_AT_ONCE) {
      const batch = shots.slice(first, first + KEYFRAMES_AT_ONCE);
      const found = await this.readKeyframes(batch);
      await this.decodeKeyframes(found);
      // pictures of one recording that are no neighbours can confuse a decoder: those it swallowed are decoded alone
      const swallowed = found.filter(({ tileIndex }) => this.folder?.has(tileIndex) !== true);
      if (found.length > 1) for (const one of swallowed) await this.decodeKeyframes([one]);
    }
  }

  private async readKeyframes(shots: readonly StoryboardShot[]): Promise<FoundKeyframe[]> {
    const found: FoundKeyframe[] = [];
    const queue = shots.values();
    const lane = async (): Promise<void> => {
      for (const { pieces, tiles } of queue) {
        const keyframe = await firstKeyframe(pieces, (piece) => this.io.read(piece));
        if (keyframe) found.push({ tileIndex: tiles[0].tileIndex, keyframe });
      }
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, lane));
    return found.toSorted((a, b) => a.tileIndex - b.tileIndex);
  }

  private async decodeKeyframes(found: readonly FoundKeyframe[]): Promise<void> {
    if (found.length === 0) return;
    const path = join(this.directory, 'keyframes.mp4');
    await writeFile(path, keyframeMovie(found.map(({ keyframe }) => keyframe)));
    const folder = this.folderFor(found[0].keyframe.config.picture);
    const wanted = found.map(({ tileIndex }, index) => ({ tileIndex, frameTicks: index * KEYFRAME_STEP_TICKS }));
    await folder.extract(path, decodeMp4InputOptions, wanted);
    await rm(path);
  }

  /** The first picture's shape is the shape of all tiles. */
  private folderFor(picture: PictureFormat): TileFolder {
    if (this.folder) return this.folder;
    const size = tileSizeOf(this.task.tileWidth, picture);
    this.tileHeight = size.height;
    const { ffmpeg, timeoutMs } = this;
    this.folder = new TileFolder(this.directory, size, { ffmpeg, timeoutMs, signal: this.io.signal });
    return this.folder;
  }
}

interface FoundKeyframe {
  tileIndex: number;
  keyframe: Keyframe;
}

/** No keyframe, no time stamps: the tiles of these pieces are missing, not those of others. */
const nothingUsable = (error: unknown): undefined => {
  if (!(error instanceof MpegtsError)) throw error;
};

const warningsOf = (missingTiles: readonly number[], tileCount: number): Made['warnings'] =>
  missingTiles.length === 0
    ? []
    : [{ code: 'tiles-missing', message: `${missingTiles.length} of ${tileCount} tiles have no picture.` }];
