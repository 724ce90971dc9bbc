import { ClipfleetError, type MeasuredCut } from '@clipfleet/contracts';
import { IsobmffError, type RangeReport } from '@clipfleet/isobmff';
import { type SamplePool, TsDemuxer, type TsWarning, type VideoCodec } from '@clipfleet/mpegts';
import type { TaskIo } from '@clipfleet/object-store';
import type { ClipInTask, CutMode, Piece, RemuxRangeTask } from '@clipfleet/timeline';
import { EdgeFinder } from './edge-finder.js';
import type { EncodeEdge } from './edge-steps.js';
import { SamplePipe } from './sample-pipe.js';
import { startsAnew } from './starts-anew.js';

const VIDEO_KINDS: ReadonlySet<string> = new Set<VideoCodec>(['h264', 'hevc', 'mpeg2video']);

/** What of a clip lies in a range. */
type RemuxStretch = ClipInTask<NonNullable<RemuxRangeTask['furtherClips']>[number]>;

export interface StretchEnd {
  report: RangeReport;
  cut: MeasuredCut;
  warnings: readonly TsWarning[];
}

export interface StretchOptions {
  cutMode: CutMode;
  /** Edges are encoded, by this; absent: what they need is hidden. */
  encode: EncodeEdge | undefined;
  /** The clip may go on in another range. */
  isOpenEnded: boolean;
  samplePool: SamplePool;
}

/** The pieces of one clip in a range → payload, handed on as it comes. */
export class StretchRemux {
  private readonly pipe: SamplePipe;
  private readonly demuxer: TsDemuxer;
  private readonly programPackets: Uint8Array | undefined;
  private runIndex: number | undefined;

  constructor(
    private readonly stretch: RemuxStretch,
    private readonly options: StretchOptions,
    private readonly io: TaskIo,
    private readonly take: (payload: readonly Uint8Array[]) => Promise<void>,
  ) {
    const { programBase64, trimStart, trimEnd, clipIndex } = stretch.clip;
    const { cutMode, encode, samplePool } = options;
    this.programPackets = programBase64 === undefined ? undefined : Buffer.from(programBase64, 'base64');
    const [hasStart, hasEnd] = [trimStart !== undefined, trimEnd !== undefined];
    const mode = cutMode === 'exact' ? 'exact' : 'keyframe';
    const cut = { mode, hasStart, hasEnd, goesOn: clipIndex !== undefined } as const;
    // an edge that is encoded may need its pictures whole
    const leftOut = encode ? undefined : (sets: readonly Uint8Array[]): void => samplePool.giveBack(sets);
    this.pipe = new SamplePipe(cut, leftOut, hasStart || hasEnd ? encode : undefined);
    this.demuxer = new TsDemuxer({
      sink: this.pipe,
      samplePool,
      // the merge tells by it whether this range goes on with the clock of the one before
      firstRunIndex: stretch.pieces[0].runIndex,
      ...(this.programPackets && { programPackets: this.programPackets }),
    });
  }

  async run(): Promise<StretchEnd> {
    const { clip, pieces } = this.stretch;
    for (const piece of clip.lead) await this.feed(piece, []);
    for (const [index, piece] of pieces.entries()) {
      if (this.pipe.done) break;
      await this.feed(piece, this.edgesOf(index));
    }
    if (clip.trimEnd) await this.feedBehindEnd();
    else await this.feedTail();
    this.demuxer.flush();
    this.assertVideoUnderstood();
    this.assertSoundUnderstood();
    if (this.pipe.isHeadOpen && this.options.isOpenEnded) await this.demandCleanJoin();
    const { report, payload } = await this.pipe.finish();
    await this.take(payload);
    const { videoFrameCount, startDeltaTicks, endDeltaTicks } = this.pipe.measured;
    return {
      report: { ...report, ...(clip.clipIndex !== undefined && { clipIndex: clip.clipIndex }) },
      cut: { startDeltaTicks, endDeltaTicks, videoFrameCount },
      warnings: this.demuxer.warnings,
    };
  }

  /** Pictures of which none could be read, for want of parameter sets, must not become a file without video. */
  private assertVideoUnderstood(): void {
    const unread = this.demuxer.warnings.filter(({ code }) => code === 'time-missing');
    const lost = unread.find(({ pid }) => this.isVideo(pid) && !this.pipe.knows(pid));
    if (!lost) return;
    throw new ClipfleetError('undecodable', `None of ${lost.count} pictures of the range has its parameter sets.`);
  }

  /** Nor must sound of which nothing could be read, for want of the frames it is named for. */
  private assertSoundUnderstood(): void {
    const unread = this.demuxer.warnings.filter(({ code }) => code === 'audio-unreadable');
    const lost = unread.find(({ pid }) => pid !== undefined && !this.pipe.knows(pid));
    if (!lost) return;
    const kind = this.demuxer.program?.streams.find(({ pid }) => pid === lost.pid)?.kind;
    throw new ClipfleetError('undecodable', `The audio stream ${lost.pid} is named ${kind}, and has no frame of it.`);
  }

  private isVideo(pid: number | undefined): pid is number {
    const stream = this.demuxer.program?.streams.find((found) => found.pid === pid);
    return stream !== undefined && VIDEO_KINDS.has(stream.kind);
  }

  /** The edges that lie in the piece at `index`: finders that watch its bytes. */
  private edgesOf(index: number): EdgeFinder[] {
    const { pieces, clip } = this.stretch;
    const finders: EdgeFinder[] = [];
    const add = (kind: 'start' | 'end', edge: { offsetTicks: number }): void => {
      const finder = new EdgeFinder(edge, this.programPackets);
      this.pipe.awaitEdge(kind, finder);
      finders.push(finder);
    };
    if (index === 0 && clip.trimStart) add('start', clip.trimStart);
    if (index === pieces.length - 1 && clip.trimEnd) add('end', clip.trimEnd);
    return finders;
  }

  private async feed(piece: Piece, edges: EdgeFinder[]): Promise<void> {
    this.demuxer.startSegment({ newRun: this.runIndex !== undefined && piece.runIndex !== this.runIndex });
    this.runIndex = piece.runIndex;
    for await (const chunk of this.io.readInPlace(piece)) {
      for (const edge of edges) edge.push(chunk);
      this.demuxer.push(chunk);
      await this.take(await this.pipe.takePayload());
      if (this.pipe.done) return;
    }
    for (const edge of edges) edge.finish();
  }

  /** With open GOPs the last pictures before the cut may lie behind the next segment's keyframe. No other range has them. */
  private async feedBehindEnd(): Promise<void> {
    for (const piece of this.stretch.clip.tail) {
      if (this.pipe.done) return;
      await this.feed(piece, []);
    }
  }

  /** What completes the PES and audio frames that started in the range. */
  private async feedTail(): Promise<void> {
    const { tail, tailGoesOn } = this.stretch.clip;
    this.demuxer.endOwn();
    for (const piece of tail) {
      if (this.pipe.done) return;
      this.demuxer.startSegment();
      try {
        for await (const chunk of this.io.readInPlace(piece)) {
          this.demuxer.push(chunk);
          if (this.demuxer.isComplete) return;
        }
      } catch (error) {
        // it is not part of the range: what it would complete is left as a recording that ends there leaves it
        if (error instanceof ClipfleetError && error.code === 'undecodable') return;
        throw error;
      }
    }
    if (tailGoesOn && this.demuxer.isTorn) throw torn(tail);
  }

  /** The head reaches to the range's end: it can only be encoded alone if the next range begins anew. */
  private async demandCleanJoin(): Promise<void> {
    const [next] = this.stretch.clip.tail;
    if (next && !(await startsAnew(this.io.read(next), this.programPackets))) {
      throw new IsobmffError('edge-not-encodable', 'the range behind the encoded head does not begin anew (open GOP)');
    }
  }
}

const torn = (tail: readonly Piece[]): ClipfleetError => {
  const bytes = tail.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const text = `A picture or audio frame is not complete after ${bytes} bytes in ${tail.length} segments behind its range.`;
  return new ClipfleetError('unsupported-source', text, { details: { tailBytes: bytes, tailSegments: tail.length } });
};
