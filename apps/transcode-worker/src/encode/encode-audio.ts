import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError, type TaskReport } from '@clipfleet/contracts';
import { decodeInputOptions, encodeSoundOptions, type LocalRun, writeLocalRun } from '@clipfleet/ffmpeg';
import { mediaOfKind, type TsStream } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import type { EncodeAudioTask, Piece } from '@clipfleet/timeline';
import type { Encoder } from './encoder.js';
import { localSamples } from './local-samples.js';
import { type Attempt, PayloadWriter } from './payload-writer.js';
import { runsOf } from './runs-of.js';

interface EncodedSound {
  runIndex: number;
  local: LocalRun;
  path: string;
  /** Nothing was encoded before it. */
  isFirst: boolean;
}

/** The sound of the whole output through ffmpeg, a run at a time: encoded in ranges it would drift at every border. */
export class AudioEncode {
  constructor(
    private readonly task: EncodeAudioTask,
    private readonly io: TaskIo,
    private readonly encoder: Encoder,
    private readonly attempt: Attempt,
  ) {}

  async run(directory: string): Promise<TaskReport> {
    const runs = runsOf(this.task.pieces);
    const encoded: EncodedSound[] = [];
    for (const [index, pieces] of runs.entries()) {
      const edges = { isFirst: index === 0, isLast: index === runs.length - 1 };
      const sound = await this.encodeRun(pieces, edges, join(directory, `run-${index}`));
      if (sound) encoded.push({ ...sound, isFirst: encoded.length === 0 });
    }
    const sizes = await Promise.all(encoded.map(({ path }) => stat(path)));
    const mostBytes = sizes.reduce((sum, { size }) => sum + size, 0);
    const payload = new PayloadWriter(this.task, this.io, this.attempt, mostBytes);
    for (const sound of encoded) await writeRun(sound, payload);
    // the output's pictures are those of its ranges: it has none of its own to count
    return { ...(await payload.finish({})), cut: { videoFrameCount: 0 } };
  }

  /** Undefined: the run has no sound. */
  private async encodeRun(
    pieces: readonly Piece[],
    edges: { isFirst: boolean; isLast: boolean },
    path: string,
  ): Promise<EncodedSound | undefined> {
    const local = await this.readRun(pieces, edges, `${path}.in.ts`);
    const [inputPath, outputPath] = [`${path}.in.ts`, `${path}.out.ts`];
    const streams = audioOf(local);
    if (streams.length > 0) {
      const { window } = local;
      await this.encoder.run({
        ...{ inputPath, inputOptions: decodeInputOptions, outputPath },
        outputOptions: encodeSoundOptions(this.task.audio, this.windowOf(local, edges)),
        ...{ startTicks: window.startTicks, pieces },
      });
    }
    await rm(inputPath);
    return streams.length === 0 ? undefined : { runIndex: pieces[0].runIndex, local, path: outputPath, isFirst: false };
  }

  private readRun(
    pieces: readonly Piece[],
    { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
    path: string,
  ): Promise<LocalRun> {
    const { lead, tail, trimStart, trimEnd, programBase64 } = this.task;
    return writeLocalRun(
      {
        lead: isFirst && trimStart ? lead.slice(-1) : [],
        pieces,
        tail: isLast ? tail : [],
        ...(isFirst && trimStart && { trimStart }),
        ...(isLast && trimEnd && { trimEnd }),
        ...(isFirst && programBase64 !== undefined && { programPackets: Buffer.from(programBase64, 'base64') }),
        read: (piece) => this.io.read(piece),
      },
      path,
    );
  }

  /** Without a cut all there is: sound may begin before the first picture, and go on behind the last. */
  private windowOf(
    { window }: LocalRun,
    { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
  ): LocalRun['window'] {
    return {
      startTicks: isFirst && this.task.trimStart ? window.startTicks : 0,
      endTicks: isLast && (this.task.trimEnd ?? this.task.tail[0]) ? window.endTicks : FOREVER_TICKS,
    };
  }
}

const FOREVER_TICKS = 2 ** 33;

const audioOf = ({ program }: LocalRun): readonly TsStream[] =>
  program?.streams.filter(({ kind }) => mediaOfKind(kind) === 'audio') ?? [];

/** The encoder's frames under the names of the tracks they were made of. ffmpeg keeps the tracks' order. */
const writeRun = async ({ runIndex, local, path, isFirst }: EncodedSound, payload: PayloadWriter): Promise<void> => {
  const streams = audioOf(local);
  const begun = new Set<number>();
  for await (const { sample, config } of localSamples(path)) {
    if (sample.kind !== 'audio' || config === undefined) continue;
    const source = streams[config.streamIndex];
    if (source === undefined) throw new ClipfleetError('transcode-failed', 'ffmpeg made more tracks than there are.');
    const isPriming = !begun.has(sample.pid);
    begun.add(sample.pid);
    // a later run's decoder is primed by the run before it: one more frame would push its sound out of time
    if (isPriming && !isFirst) continue;
    const { pid } = source;
    const [ptsTicks, dtsTicks] = [sample.ptsTicks - local.offsetTicks, sample.dtsTicks - local.offsetTicks];
    await payload.push({
      sample: { ...sample, pid, runIndex, ptsTicks, dtsTicks },
      config: { ...config, pid, runIndex, streamIndex: source.streamIndex },
    });
  }
};
