import { type BoxView, topBoxes } from '../box/box-view.js';
import { type ByteWriter, bytesOf } from '../bytes/byte-writer.js';

/** Only for tests: what `write` writes, as hex without spaces. */
export const hexOf = (write: (w: ByteWriter) => void): string =>
  Array.from(bytesOf(write), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Only for tests: hex as a person writes it, spaces ignored. */
export const hex = (text: string): string => text.replace(/\s+/g, '');

export const bytesFromHex = (text: string): Uint8Array =>
  Uint8Array.from(hex(text).match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** Only for tests: the one box that `write` writes. */
export function written(write: (w: ByteWriter) => void): BoxView {
  const [box] = topBoxes(bytesOf(write));
  return box;
}
