import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

/** A stretch of the presentation: `duration` (movie timescale) from `mediaTime` (track timescale) on, or nothing at all. */
export interface Edit {
  readonly duration: number;
  /** −1: an empty edit, nothing is shown. */
  readonly mediaTime: number;
}

export const EMPTY_EDIT = -1;

/** ISO/IEC 14496-12 §8.6.5 and §8.6.6, version 1, at normal speed. */
export function writeEdts(w: ByteWriter, edits: readonly Edit[]): void {
  w.box('edts', () => {
    w.fullBox('elst', 1, 0, () => {
      w.u32(edits.length);
      for (const edit of edits) {
        w.u64(edit.duration);
        w.i64(edit.mediaTime);
        w.u32(0x10000);
      }
    });
  });
}

export function readElst(box: BoxView): Edit[] {
  const cursor = new BoxCursor(box);
  const { version } = cursor.fullBox(0, 1);
  return Array.from({ length: cursor.entryCount(version === 1 ? 20 : 12) }, () => {
    const duration = version === 1 ? cursor.u64() : cursor.u32();
    const mediaTime = version === 1 ? cursor.i64() : cursor.i32();
    cursor.skip(4);
    return { duration, mediaTime };
  });
}
