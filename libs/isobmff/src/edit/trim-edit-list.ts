import { boxBytes, type BoxView, childBoxes, findBox, requireBox, requireTopBox } from '../box/box-view.js';
import { type Edit, EMPTY_EDIT, readElst, writeEdts } from '../boxes/elst.js';
import { readChunkOffsets, writeChunkOffsets } from '../boxes/chunk-offsets.js';
import { readMdhd } from '../boxes/mdhd.js';
import { readMvhd, writeMvhd } from '../boxes/mvhd.js';
import { readTkhd, writeTkhd } from '../boxes/tkhd.js';
import { type ByteWriter, bytesOf } from '../bytes/byte-writer.js';
import { rescaleNearest } from '../bytes/rescale.js';
import { MOVIE_TIMESCALE } from '../movie/write-header.js';

export interface EditTrim {
  /** What is shown afterwards, in 90 kHz ticks of the presentation as it is now. Half-open. */
  readonly startTicks: number;
  readonly endTicks: number;
  /** The moov lies in front of the samples: the chunk offsets move with its growth. */
  readonly moovFirst: boolean;
}

interface TrackTrim {
  readonly edits: readonly Edit[];
  readonly duration: number;
}

/**
 * A `moov` that shows only `[startTicks, endTicks)` of the same samples: the pre-roll a decoder needs stays in the file
 * and is hidden. Edits count in 90 kHz afterwards; headers become version 1, so the result may be longer.
 */
export function trimEditList(moovBytes: Uint8Array, trim: EditTrim): Uint8Array {
  const moov = requireTopBox(moovBytes, 'moov');
  const { timescale } = readMvhd(requireBox(moov, 'mvhd'));
  const rewrite = (shiftBytes: number): Uint8Array =>
    bytesOf((w) => w.box('moov', () => rewriteMoov(w, moov, { ...trim, timescale, shiftBytes })));
  const resized = rewrite(0);
  return trim.moovFirst ? rewrite(resized.length - boxBytes(moov).length) : resized;
}

interface Rewrite extends EditTrim {
  /** The movie's timescale before. */
  readonly timescale: number;
  readonly shiftBytes: number;
}

function rewriteMoov(w: ByteWriter, moov: BoxView, how: Rewrite): void {
  const trims = childBoxes(moov)
    .filter((box) => box.type === 'trak')
    .map((trak) => trimTrack(trak, how));
  let index = 0;
  for (const child of childBoxes(moov)) {
    if (child.type === 'mvhd') {
      const duration = Math.max(0, ...trims.map((trimmed) => trimmed.duration));
      writeMvhd(w, { ...readMvhd(child), timescale: MOVIE_TIMESCALE, duration });
    } else if (child.type === 'trak') rewriteTrak(w, child, trims[index++], how.shiftBytes);
    else w.raw(boxBytes(child));
  }
}

function rewriteTrak(w: ByteWriter, trak: BoxView, trimmed: TrackTrim, shiftBytes: number): void {
  w.box('trak', () => {
    for (const child of childBoxes(trak)) {
      if (child.type === 'tkhd') {
        writeTkhd(w, { ...readTkhd(child), duration: trimmed.duration });
        writeEdts(w, trimmed.edits);
      } else if (child.type === 'mdia') rewriteOffsets(w, child, shiftBytes);
      else if (child.type !== 'edts') w.raw(boxBytes(child));
    }
  });
}

/** Copies `mdia/minf/stbl`, with the chunk offsets moved. */
function rewriteOffsets(w: ByteWriter, box: BoxView, shiftBytes: number): void {
  if (box.type === 'stco' || box.type === 'co64') {
    const offsets = readChunkOffsets(box).map((offset) => offset + shiftBytes);
    writeChunkOffsets(w, offsets, box.type === 'co64');
  } else if (['mdia', 'minf', 'stbl'].includes(box.type)) {
    w.box(box.type, () => {
      for (const child of childBoxes(box)) rewriteOffsets(w, child, shiftBytes);
    });
  } else w.raw(boxBytes(box));
}

function trimTrack(trak: BoxView, how: Rewrite): TrackTrim {
  const media = readMdhd(requireBox(trak, 'mdia/mdhd'));
  const elst = findBox(trak, 'edts/elst');
  const whole = { duration: rescaleNearest(media.duration, how.timescale, media.timescale), mediaTime: 0 };
  const edits = elst === undefined ? [whole] : readElst(elst);
  const kept: Edit[] = [];
  let startTicks = 0;
  for (const edit of edits) {
    const endTicks = startTicks + rescaleNearest(edit.duration, MOVIE_TIMESCALE, how.timescale);
    const fromTicks = Math.max(startTicks, how.startTicks);
    const duration = Math.min(endTicks, how.endTicks) - fromTicks;
    const skipped = rescaleNearest(fromTicks - startTicks, media.timescale, MOVIE_TIMESCALE);
    const mediaTime = edit.mediaTime === EMPTY_EDIT ? EMPTY_EDIT : edit.mediaTime + skipped;
    if (duration > 0) kept.push({ duration, mediaTime });
    startTicks = endTicks;
  }
  return { edits: kept, duration: kept.reduce((sum, edit) => sum + edit.duration, 0) };
}
