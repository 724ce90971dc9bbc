import { link, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  type FfmpegRunner,
  sheetInputOptions,
  sheetOptions,
  TILE_NAME,
  tileOptions,
  type TileSize,
} from '@clipfleet/ffmpeg';

/** A tile and the PTS of the picture that it shows, in a local file. */
export interface WantedTile {
  tileIndex: number;
  frameTicks: number;
}

export interface FolderRun {
  ffmpeg: FfmpegRunner;
  signal: AbortSignal;
  timeoutMs: number;
}

/** The tiles of a sheet as numbered uncompressed pictures in one directory. */
export class TileFolder {
  private readonly made = new Set<number>();

  constructor(
    private readonly directory: string,
    private readonly size: TileSize,
    private readonly run: FolderRun,
  ) {}

  has(tileIndex: number): boolean {
    return this.made.has(tileIndex);
  }

  /** Decodes a local file for the tiles; what cannot be decoded is left out. */
  async extract(inputPath: string, inputOptions: readonly string[], tiles: readonly WantedTile[]): Promise<void> {
    const { ffmpeg, signal, timeoutMs } = this.run;
    const framesTicks = [...new Set(tiles.map(({ frameTicks }) => frameTicks))];
    const outputOptions = tileOptions(framesTicks, this.size);
    const outputPath = join(this.directory, TILE_NAME);
    await ffmpeg
      .run({ inputPath, inputOptions, outputOptions, outputPath }, { signal, timeoutMs })
      .catch((error: unknown) => {
        if (!(error instanceof ClipfleetError) || error.code !== 'undecodable') throw error;
      });
    for (const { tileIndex, frameTicks } of tiles) await this.keep(tileIndex, this.framePath(frameTicks));
    for (const frameTicks of framesTicks) await rm(this.framePath(frameTicks), { force: true });
  }

  /** One JPEG of `tileCount` tiles, those that are missing black. */
  async compose(tileCount: number, columns: number, outputPath: string): Promise<void> {
    const { ffmpeg, signal, timeoutMs } = this.run;
    for (let index = 0; index < tileCount; index++) {
      if (!this.has(index)) await writeFile(this.tilePath(String(index)), blackPicture(this.size));
    }
    const outputOptions = sheetOptions(columns, Math.ceil(tileCount / columns));
    const inputPath = this.tilePath('%d');
    await ffmpeg.run({ inputPath, inputOptions: sheetInputOptions, outputOptions, outputPath }, { signal, timeoutMs });
  }

  private async keep(tileIndex: number, framePath: string): Promise<void> {
    const found = await stat(framePath).catch(() => undefined);
    if (!found || found.size !== blackPicture(this.size).length) return;
    await link(framePath, this.tilePath(String(tileIndex)));
    this.made.add(tileIndex);
  }

  private framePath(frameTicks: number): string {
    return join(this.directory, TILE_NAME.replace('%d', String(frameTicks)));
  }

  private tilePath(name: string): string {
    return join(this.directory, `tile-${name}.ppm`);
  }
}

/** Netpbm P6, as ffmpeg writes it. */
const blackPicture = ({ width, height }: TileSize): Uint8Array =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3)]);
