import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface Ftyp {
  readonly majorBrand: string;
  readonly minorVersion: number;
  readonly compatibleBrands: readonly string[];
}

/** ISO/IEC 14496-12 §4.3 */
export function writeFtyp(w: ByteWriter, value: Ftyp): void {
  w.box('ftyp', () => {
    w.latin1(value.majorBrand);
    w.u32(value.minorVersion);
    for (const brand of value.compatibleBrands) w.latin1(brand);
  });
}

export function readFtyp(box: BoxView): Ftyp {
  const cursor = new BoxCursor(box);
  const majorBrand = cursor.latin1(4);
  const minorVersion = cursor.u32();
  const compatibleBrands: string[] = [];
  while (cursor.remainingBytes >= 4) compatibleBrands.push(cursor.latin1(4));
  return { majorBrand, minorVersion, compatibleBrands };
}
