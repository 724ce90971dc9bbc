import { stat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasuredCut, TaskReport } from '@clipfleet/contracts';
import {
  encodeFramesOptions,
  encodeInputOptions,
  type EvenShare,
  type LocalRun,
  neededLead,
  writeLocalRun,
} from '@clipfleet/ffmpeg';
import { type ShownWindow, sortedDecodingTimes } from '@clipfleet/isobmff';
import type { TaskIo } from '@clipfleet/object-store';
import type { EncodeRangeTask, Piece } from '@clipfleet/timeline';
import { clockJumps } from './clock-jumps.js';
import type { CoreShare } from './cores-of-encode.js';
import type { Encoder } from './encoder.js';
import { evenShareOf } from './even-share-of.js';
import { KeptSound, type TimedSample } from './kept-sound.js';
import { localSamples } from './local-samples.js';
import { lostPictures, tellLost } from './lost-pictures.js';
import { type Attempt, PayloadWriter } from './payload-writer.js';
import { runsOf } from './runs-of.js';

/** What of one run waits in scratch files to be put together. */
interface EncodedRun {
  runIndex: number;
  local: LocalRun;
  /** Undefined: the run has no video. */
  videoPath: string | undefined;
  sound: KeptSound | undefined;
  /** Of another frame rate. */
  even: EvenShare | undefined;
  isFirst: boolean;
  isLast: boolean;
}

/** Pictures of a range through ffmpeg, its sound as it is, both as payload of the output. */
export class RangeEncode {
  private readonly programPackets: Uint8Array | undefined;
  private readonly sounds: KeptSound[] = [];
  private pictureCount = 0;
  private shown: ShownWindow = {};
  private cut: MeasuredCut = {};
  private readonly warnings: TaskReport['warnings'] = [];

  constructor(
    private readonly task: EncodeRangeTask,
    private readonly io: TaskIo,
    private readonly encoder: Encoder,
    private readonly attempt: Attempt,
    private readonly cores: CoreShare,
  ) {
    const { programBase64 } = task;
    this.programPackets = programBase64 === undefined ? undefined : Buffer.from(programBase64, 'base64');
  }

  async run(directory: string): Promise<TaskReport> {
    const runs = runsOf(this.task.pieces);
    const encoded: EncodedRun[] = [];
    try {
      for (const [index, pieces] of runs.entries()) {
        const edges = { isFirst: index === 0, isLast: index === runs.length - 1 };
        encoded.push(await this.encodeRun(pieces, edges, join(directory, `run-${index}`)));
      }
      return await this.write(encoded);
    } finally {
      for (const sound of this.sounds) await sound.close();
    }
  }

  private async encodeRun(
    pieces: readonly Piece[],
    edges: { isFirst: boolean; isLast: boolean },
    path: string,
  ): Promise<EncodedRun> {
    const [{ runIndex }] = pieces;
    const programPackets = edges.isFirst ? this.programPackets : undefined;
    const sound = this.task.copiesAudio ? await KeptSound.open(`${path}.audio`, runIndex, programPackets) : undefined;
    if (sound) this.sounds.push(sound);
    const local = await this.readRun(pieces, edges, `${path}.in.ts`, sound);
    await sound?.finish();
    if (local.times.runCount > 1) throw clockJumps();
    const even = await evenShareOf(this.task, local, edges.isFirst, (piece) => this.io.read(piece));
    const isSeen = local.times.hasVideo && (this.task.video.frameRate === undefined || even !== undefined);
    const videoPath = isSeen ? `${path}.out.ts` : undefined;
    if (videoPath !== undefined) {
      const { threadCount } = this.cores;
      const interlaced = local.times.picture?.interlaced;
      const window = even?.window ?? local.window;
      const outputOptions = encodeFramesOptions(this.task.video, window, {
        ...{ threadCount, interlaced, evenFrames: even?.evenFrames },
        goesOn: !edges.isFirst || this.task.rangeIndex > 0,
      });
      await this.encoder.run({
        ...{ inputPath: `${path}.in.ts`, inputOptions: encodeInputOptions(this.cores.coreCount) },
        ...{ outputOptions, outputPath: videoPath },
        ...{ startTicks: local.window.startTicks, pieces },
      });
    }
    await rm(`${path}.in.ts`);
    return { runIndex, local, videoPath, sound, even, ...edges };
  }

  private async readRun(
    pieces: readonly Piece[],
    { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
    path: string,
    sound: KeptSound | undefined,
  ): Promise<LocalRun> {
    const { trimStart, trimEnd, tail } = this.task;
    const programPackets = isFirst ? this.programPackets : undefined;
    const read = (piece: Piece): AsyncIterable<Uint8Array> => this.io.read(piece);
    const lead = isFirst ? await neededLead(this.task.lead, pieces, read, programPackets) : [];
    let open: Piece | undefined;
    const onBytes = async (chunk: Uint8Array, piece: Piece, from: 'lead' | 'own' | 'tail'): Promise<void> => {
      // frames that commence before the range are the neighbour's, unless there is none
      if (sound === undefined || (from === 'lead' && trimStart === undefined)) return;
      if (piece !== open && from === 'tail') sound.endOwn();
      if (piece !== open) sound.startPiece();
      open = piece;
      await sound.push(chunk);
    };
    const edges = { ...(isFirst && trimStart && { trimStart }), ...(isLast && trimEnd && { trimEnd }) };
    const hooks = { read, onBytes, wantsMore: () => sound?.isComplete === false };
    return writeLocalRun(
      { lead, pieces, tail: isLast ? tail : [], ...edges, ...(programPackets && { programPackets }), ...hooks },
      path,
    );
  }

  private async write(runs: readonly EncodedRun[]): Promise<TaskReport> {
    const sizes = await Promise.all(runs.map(async ({ videoPath }) => (videoPath ? (await stat(videoPath)).size : 0)));
    // start codes become lengths of at most twice their size, in a stream that has packet headers besides
    const mostBytes = sizes.reduce((sum, size) => sum + size, 0) * 1.25 + soundBytes(runs);
    const payload = new PayloadWriter(this.task, this.io, this.attempt, mostBytes);
    for (const run of runs) await this.writeRun(run, payload);
    const report = await payload.finish(this.shown);
    const cut = { ...this.cut, videoFrameCount: this.pictureCount };
    return { ...report, cut, warnings: [...report.warnings, ...this.warnings] };
  }

  /** Pictures and sound by decoding time, so that they lie together. */
  private async writeRun(run: EncodedRun, payload: PayloadWriter): Promise<void> {
    const { window, offsetTicks } = run.local;
    const [startTicks, endTicks] = [window.startTicks - offsetTicks, window.endTicks - offsetTicks];
    const frames = run.sound?.samples({
      nearTicks: startTicks,
      // a later clip's decoder is primed by the clip before it
      primes: this.task.rangeIndex === 0,
      ...(run.isFirst && this.task.trimStart && { startTicks }),
      ...(run.isLast && this.task.trimEnd && { endTicks }),
    });
    let frame = await frames?.next();
    for await (const picture of this.pictures(run)) {
      for (
        ;
        frame?.done === false && frame.value.sample.dtsTicks <= picture.sample.dtsTicks;
        frame = await frames!.next()
      )
        await payload.push(frame.value);
      await payload.push(picture);
    }
    for (; frame?.done === false; frame = await frames!.next()) await payload.push(frame.value);
  }

  /** The encoded pictures on the source's clock, as if they had been there. */
  private async *pictures(run: EncodedRun): AsyncGenerator<TimedSample> {
    if (run.videoPath === undefined) return;
    const { times, offsetTicks } = run.local;
    const ptsTicks: number[] = [];
    for await (const { sample } of localSamples(run.videoPath)) ptsTicks.push(sample.ptsTicks);
    const decoding = sortedDecodingTimes(ptsTicks);
    this.warnings.push(...this.lostOf(run, ptsTicks));
    this.measure(run, ptsTicks);
    const place = { pid: times.videoPid!, runIndex: run.runIndex };
    const streamIndex = times.videoStreamIndex ?? 0;
    let index = 0;
    for await (const { sample, config } of localSamples(run.videoPath)) {
      const dtsTicks = decoding[index++] - offsetTicks;
      yield {
        sample: { ...sample, ...place, dtsTicks, ptsTicks: sample.ptsTicks - offsetTicks },
        config: config && { ...config, ...place, streamIndex },
      };
    }
  }

  /** What of the range's pictures ffmpeg did not give back. */
  private lostOf({ local, even, isFirst }: EncodedRun, ptsTicks: readonly number[]): TaskReport['warnings'] {
    // what a recording begins with may need what was never recorded
    const mayBeginBroken = !isFirst || this.task.lead.length === 0;
    if (even === undefined) return lostPictures(local, ptsTicks, { mayBeginBroken });
    if (mayBeginBroken && ptsTicks.length === 0) return [];
    const { firstFrame, endFrame } = even.evenFrames;
    return tellLost(local, endFrame - firstFrame, ptsTicks.length);
  }

  private measure({ local, even, isFirst, isLast }: EncodedRun, ptsTicks: readonly number[]): void {
    const { window, offsetTicks, times } = local;
    this.pictureCount += ptsTicks.length;
    const shown = even ?? times.shownIn(window);
    if (ptsTicks.length === 0 || shown === undefined) return;
    const firstTicks = ptsTicks.reduce((least, ticks) => Math.min(least, ticks));
    const { rangeIndex, rangeCount } = this.task;
    if (isFirst && this.task.trimStart) {
      if (rangeIndex === 0) this.shown = { ...this.shown, startTicks: firstTicks - offsetTicks };
      this.cut = { ...this.cut, startDeltaTicks: firstTicks - window.startTicks };
    }
    if (isLast && this.task.trimEnd) {
      if (rangeIndex === rangeCount - 1) this.shown = { ...this.shown, endTicks: shown.endTicks - offsetTicks };
      this.cut = { ...this.cut, endDeltaTicks: shown.endTicks - window.endTicks };
    }
  }
}

const soundBytes = (runs: readonly EncodedRun[]): number =>
  runs.reduce((sum, { sound }) => sum + (sound?.bytes ?? 0), 0);
