import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export type HandlerType = 'vide' | 'soun';

export interface Hdlr {
  /** QuickTime: `mhlr` for the media, `dhlr` for the data handler. ISO files leave it empty. */
  readonly componentType?: 'mhlr' | 'dhlr';
  readonly handlerType: string;
  readonly name: string;
}

/** ISO/IEC 14496-12 §8.4.3; QuickTime counts the name's letters in front (Pascal string) instead of ending it with zero. */
export function writeHdlr(w: ByteWriter, value: Hdlr): void {
  w.fullBox('hdlr', 0, 0, () => {
    if (value.componentType === undefined) w.u32(0);
    else w.latin1(value.componentType);
    w.latin1(value.handlerType);
    w.zeros(12);
    if (value.componentType !== undefined) w.u8(value.name.length);
    w.latin1(value.name);
    if (value.componentType === undefined) w.u8(0);
  });
}

export function readHdlr(box: BoxView): Hdlr {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  const component = cursor.latin1(4);
  const handlerType = cursor.latin1(4);
  cursor.skip(12);
  if (component === 'mhlr' || component === 'dhlr') {
    return { componentType: component, handlerType, name: cursor.latin1(cursor.u8()) };
  }
  const [name] = cursor.latin1(cursor.remainingBytes).split('\0');
  return { handlerType, name };
}
