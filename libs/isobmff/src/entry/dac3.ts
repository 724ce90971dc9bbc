import type { DolbyFields } from '@clipfleet/mpegts';
import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export type Dac3 = Pick<DolbyFields, 'fscod' | 'bsid' | 'bsmod' | 'acmod' | 'lfeon' | 'bitRateCode'>;

/** ETSI TS 102 366 §F.4: 2 + 5 + 3 + 3 + 1 + 5 bits and 5 reserved. */
export function writeDac3(w: ByteWriter, value: Dac3): void {
  w.box('dac3', () => {
    const { fscod, bsid, bsmod, acmod, bitRateCode } = value;
    const bits = (fscod << 22) | (bsid << 17) | (bsmod << 14) | (acmod << 11) | (bitRateCode << 5);
    w.u24(bits | (value.lfeon ? 1 << 10 : 0));
  });
}

export function readDac3(box: BoxView): Dac3 {
  const bits = new BoxCursor(box).u24();
  return {
    fscod: bits >> 22,
    bsid: (bits >> 17) & 0x1f,
    bsmod: (bits >> 14) & 7,
    acmod: (bits >> 11) & 7,
    lfeon: ((bits >> 10) & 1) === 1,
    bitRateCode: (bits >> 5) & 0x1f,
  };
}
