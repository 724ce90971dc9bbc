import { BitReader } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';

/** The bits from `from` up to `to` replaced in an RBSP that ends with its trailing bits. */
export const spliced = (rbsp: Uint8Array, from: number, to: number, by: BitWriter): Uint8Array => {
  const reader = new BitReader(rbsp);
  const writer = new BitWriter();
  for (let at = 0; at < from; at++) writer.bits(reader.bit(), 1);
  writer.append(by);
  reader.skip(to - from);
  for (let at = to; at < stopBitOf(rbsp); at++) writer.bits(reader.bit(), 1);
  return writer.bytes();
};

/** Where rbsp_stop_one_bit is. */
const stopBitOf = (rbsp: Uint8Array): number => {
  let at = rbsp.length * 8 - 1;
  while (at > 0 && ((rbsp[at >> 3] >> (7 - (at & 7))) & 1) === 0) at--;
  return at;
};
