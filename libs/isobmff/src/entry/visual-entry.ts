import { BoxCursor } from '../box/box-cursor.js';
import { type BoxView, childBoxes } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface VisualEntry {
  /** `avc1`, `hvc1`, `mp4v` … */
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** Reserved, data reference, predefined, size, resolution, frame count, compressor name, depth. */
const FIELD_BYTES = 78;
const RESOLUTION_72_DPI = 0x480000;
const DEPTH_COLOUR = 0x18;

/** ISO/IEC 14496-12 §12.1.3; `children` writes the boxes that follow the fields. */
export function writeVisualEntry(w: ByteWriter, value: VisualEntry, children: () => void): void {
  w.box(value.type, () => {
    w.zeros(6);
    w.u16(1);
    w.zeros(16);
    w.u16(value.width);
    w.u16(value.height);
    w.u32(RESOLUTION_72_DPI);
    w.u32(RESOLUTION_72_DPI);
    w.u32(0);
    w.u16(1);
    w.zeros(32);
    w.u16(DEPTH_COLOUR);
    w.u16(0xffff);
    children();
  });
}

export function readVisualEntry(box: BoxView): VisualEntry & { children: BoxView[] } {
  const cursor = new BoxCursor(box);
  cursor.skip(8 + 16);
  const width = cursor.u16();
  const height = cursor.u16();
  return { type: box.type, width, height, children: childBoxes(box, FIELD_BYTES) };
}
