import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface Pasp {
  readonly horizontalSpacing: number;
  readonly verticalSpacing: number;
}

/** ISO/IEC 14496-12 §12.1.4: the pixel's aspect ratio. */
export function writePasp(w: ByteWriter, value: Pasp): void {
  w.box('pasp', () => {
    w.u32(value.horizontalSpacing);
    w.u32(value.verticalSpacing);
  });
}

export function readPasp(box: BoxView): Pasp {
  const cursor = new BoxCursor(box);
  return { horizontalSpacing: cursor.u32(), verticalSpacing: cursor.u32() };
}
