import type { ColourDescription } from '@clipfleet/mpegts';
import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import type { MovieContainer } from './sample-entry.js';

const UNSPECIFIED = 2;
const FULL_RANGE = 0x80;

/** All three are told: a box that repeats "unspecified" helps nobody. */
export const isSpecified = ({ primaries, transfer, matrix }: ColourDescription): boolean =>
  [primaries, transfer, matrix].every((code) => code !== UNSPECIFIED);

/** ISO/IEC 14496-12 §12.1.5: `nclx`. QuickTime File Format, "Color Parameter Atoms": `nclc`, which has no range. */
export function writeColr(w: ByteWriter, value: ColourDescription, container: MovieContainer): void {
  w.box('colr', () => {
    w.latin1(container === 'mov' ? 'nclc' : 'nclx');
    w.u16(value.primaries);
    w.u16(value.transfer);
    w.u16(value.matrix);
    if (container === 'mp4') w.u8(value.fullRange ? FULL_RANGE : 0);
  });
}

/** undefined: a profile, which is no code points. */
export function readColr(box: BoxView): ColourDescription | undefined {
  const cursor = new BoxCursor(box);
  const type = cursor.latin1(4);
  if (type !== 'nclx' && type !== 'nclc') return undefined;
  const [primaries, transfer, matrix] = [cursor.u16(), cursor.u16(), cursor.u16()];
  return { primaries, transfer, matrix, fullRange: type === 'nclx' && (cursor.u8() & FULL_RANGE) !== 0 };
}
