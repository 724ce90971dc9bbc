import { join } from 'node:path';
import type { StorePlace } from '../object-store-error.js';
import type { StoredPart } from './current-part.js';
import { TRANSFER_BYTES } from './direct-transfers.js';
import { errnoOf } from './file-errors.js';
import { appendSlice } from './join-parts.js';
import { NewFile } from './new-file.js';
import { type JoinedSpan, spansOf, type Stretch, totalBytesOf } from './part-slices.js';

/** One of a folder: whoever makes it joins early, and no other process does. */
const FILE_NAME = 'joined-early';

export interface EarlyJoinOptions {
  folder: string;
  firstPartBytes: number;
  sync: boolean;
  place: StorePlace;
}

/** Written in several places at once, and whole before the next: a few hundredths of a second, which a stop waits for. */
const WINDOW_BYTES = 16 * TRANSFER_BYTES;
const LIMITS = { maxSpans: 4, stepBytes: TRANSFER_BYTES, minSpanBytes: 4 * TRANSFER_BYTES };

const wholeTransfersUpTo = (bytes: number): number => Math.floor(bytes / TRANSFER_BYTES) * TRANSFER_BYTES;

/**
 * The joined file of an upload while its parts still come: the parts that are known, behind the room of a first part that is
 * written last. It is another process's, or of no use, without harm: the completion joins all parts then.
 */
export class EarlyJoin {
  readonly path: string;
  /** The first stands for the part that is not there yet: nothing of it is ever read. */
  private parts: readonly StoredPart[];
  private readonly startByte: number;
  private endByte: number;
  private stopped = false;
  private lastWork: Promise<void> = Promise.resolve();

  private constructor(private readonly options: EarlyJoinOptions) {
    const { folder, firstPartBytes } = options;
    this.path = join(folder, FILE_NAME);
    this.parts = [{ partNumber: 0, dataName: '', sizeBytes: firstPartBytes, etag: '' }];
    this.startByte = wholeTransfersUpTo(firstPartBytes + TRANSFER_BYTES - 1);
    this.endByte = this.startByte;
  }

  /** Undefined when another process joins this upload early. */
  static async begin(options: EarlyJoinOptions): Promise<EarlyJoin | undefined> {
    const early = new EarlyJoin(options);
    try {
      await (await NewFile.create(early.path, { sync: false })).close();
      return early;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return undefined;
      throw error;
    }
  }

  /** Copies what `others`, the parts behind the first, have more than before. One call after another, whoever calls. */
  extend(others: readonly StoredPart[]): Promise<void> {
    const work = this.lastWork.then(() => this.copy(others));
    this.lastWork = work.catch(() => undefined);
    return work;
  }

  /** Ends a copy under way within a window. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.lastWork;
  }

  /** What of the file made of `parts` is there; undefined: these are not the parts that were told. To be asked when stopped. */
  presentOf([first, ...others]: readonly StoredPart[]): Stretch | undefined {
    if (first.sizeBytes !== this.options.firstPartBytes || !this.isBehind(others)) return undefined;
    return [this.startByte, this.endByte];
  }

  private async copy(others: readonly StoredPart[]): Promise<void> {
    if (this.stopped || !this.isBehind(others)) return;
    this.parts = [this.parts[0], ...others];
    const lastByte = wholeTransfersUpTo(totalBytesOf(this.parts));
    while (this.endByte < lastByte && !this.stopped) {
      const nextByte = Math.min(this.endByte + WINDOW_BYTES, lastByte);
      const spans = spansOf(this.parts, LIMITS, [this.endByte, nextByte]);
      const written = await Promise.allSettled(spans.map((span) => this.write(span)));
      for (const one of written) if (one.status === 'rejected') throw one.reason;
      this.endByte = nextByte;
    }
  }

  private async write({ startByte, slices }: JoinedSpan): Promise<void> {
    const file = await NewFile.within(this.path, startByte, this.options);
    try {
      for (const slice of slices) await appendSlice(file, this.options.folder, slice, this.options);
    } finally {
      await file.close();
    }
  }

  private isBehind(others: readonly StoredPart[]): boolean {
    return this.parts
      .slice(1)
      .every(({ partNumber, etag }, i) => others[i]?.partNumber === partNumber && others[i].etag === etag);
  }
}
