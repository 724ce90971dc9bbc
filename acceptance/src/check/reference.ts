import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Container } from '../fleet/acceptance-fleet.js';
import { playlistText, segmentName } from '../source/playlist.js';
import { runProgram } from '../source/run-program.js';
import { segmentStartTicks, ticksBetween } from '../source/segment-clock.js';
import type { Source } from '../source/source.js';
import { type Frame, framesOf } from './frames.js';
import { copiedPacketsOf, packetsOf, type Tracks } from './packets.js';

const TICKS_PER_MS = 90;

/** An instant of the playlist's clock, told by the segment it lies in. */
export interface Instant {
  segmentIndex: number;
  offsetMs: number;
}

/** What one ffmpeg makes of the recording, each asked for once. */
export class Reference {
  private readonly made = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly source: Source,
    private readonly directory: string,
  ) {}

  /** The recording as files beside playlists, small and in the clear. */
  static async write(source: Source, directory: string): Promise<Reference> {
    await mkdir(directory, { recursive: true });
    for (const [index, { bytes, isMissing }] of source.segments.entries()) {
      if (!isMissing) await writeFile(path.join(directory, segmentName(index)), bytes);
    }
    return new Reference(source, directory);
  }

  /** Packets of `ffmpeg -c copy` over the playlist from a segment on. */
  packets(container: Container, from: number): Promise<Tracks> {
    return this.once(`packets ${container} ${from}`, async () => {
      const file = path.join(this.directory, `reference-${from}.${container}`);
      const playlist = await this.playlist(`from-${from}`, from, this.source.segments.length);
      await runProgram('ffmpeg', [
        ...['-y', '-v', 'error', '-i', playlist, '-map', '0:v?', '-map', '0:a?', '-c', 'copy'],
        ...(container === 'ts' ? ['-f', 'mpegts'] : []),
        file,
      ]);
      return container === 'ts' ? packetsOf(file) : copiedPacketsOf(file);
    });
  }

  /** The pictures with in ≤ pts < out, counted on each run's own clock; their times if there is but one. */
  async framesBetween(start: Instant, end: Instant): Promise<{ frames: Frame[]; oneRun: boolean }> {
    const { segments } = this.source;
    const [firstRun, lastRun] = [segments[start.segmentIndex].run, segments[end.segmentIndex].run];
    const frames: Frame[] = [];
    for (let run = firstRun; run <= lastRun; run++) {
      const inTicks = run === firstRun ? this.ticksOf(start) : 0;
      const outTicks = run === lastRun ? this.ticksOf(end) : Infinity;
      frames.push(...(await this.runFrames(run)).filter(({ ticks }) => ticks >= inTicks && ticks < outTicks));
    }
    return { frames, oneRun: firstRun === lastRun };
  }

  /** From the run's first picture to the last keyframe that is not later than an instant. */
  async keyframeBefore(instant: Instant): Promise<number> {
    const { run } = this.source.segments[instant.segmentIndex];
    if (run !== 0) throw new Error('only looked for in the first run');
    const video = (await this.packets('mp4', 0)).get('video 0')!;
    const keyframes = video.filter(({ flags }) => flags.startsWith('K')).map(({ pts }) => pts - video[0].pts);
    return keyframes.findLast((ticks) => ticks <= this.ticksOf(instant))!;
  }

  /** All pictures of a run. */
  runFrames(run: number): Promise<Frame[]> {
    return this.once(`frames ${run}`, async () => {
      const { segments } = this.source;
      const from = segments.findIndex((segment) => segment.run === run);
      const end = segments.findLastIndex((segment) => segment.run === run) + 1;
      return framesOf(await this.playlist(`run-${run}`, from, end));
    });
  }

  /** An instant on its run's clock, from the run's first picture. */
  ticksOf({ segmentIndex, offsetMs }: Instant): number {
    const { segments } = this.source;
    const { run } = segments[segmentIndex];
    const first = segmentStartTicks(segments.find((segment) => segment.run === run)!)!;
    return ticksBetween(first, segmentStartTicks(segments[segmentIndex])!) + offsetMs * TICKS_PER_MS;
  }

  /** Written once: another ffmpeg may be reading it. */
  private playlist(name: string, from: number, end: number): Promise<string> {
    return this.once(`playlist ${name}`, async () => {
      const file = path.join(this.directory, `${name}.m3u8`);
      await writeFile(file, playlistText(this.source.segments.slice(0, end), from, { withoutMissing: true }));
      return file;
    });
  }

  private once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = (this.made.get(key) as Promise<T> | undefined) ?? make();
    this.made.set(key, known);
    return known;
  }
}
