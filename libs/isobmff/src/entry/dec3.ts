import type { DolbyFields } from '@clipfleet/mpegts';
import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export type Dec3 = Pick<DolbyFields, 'fscod' | 'bsid' | 'bsmod' | 'acmod' | 'lfeon' | 'bitRateKbps'>;

/** ETSI TS 102 366 §F.6: data rate (13 bits), one independent substream without dependent ones. */
export function writeDec3(w: ByteWriter, value: Dec3): void {
  w.box('dec3', () => {
    w.u16(value.bitRateKbps << 3);
    w.u8((value.fscod << 6) | (value.bsid << 1));
    w.u8((value.bsmod << 4) | (value.acmod << 1) | (value.lfeon ? 1 : 0));
    w.u8(0);
  });
}

export function readDec3(box: BoxView): Dec3 {
  const cursor = new BoxCursor(box);
  const bitRateKbps = cursor.u16() >> 3;
  const first = cursor.u8();
  const second = cursor.u8();
  return {
    bitRateKbps,
    fscod: first >> 6,
    bsid: (first >> 1) & 0x1f,
    bsmod: (second >> 4) & 7,
    acmod: (second >> 1) & 7,
    lfeon: (second & 1) === 1,
  };
}
