import { BoxCursor } from '../box/box-cursor.js';
import type { BoxView } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface Esds {
  /** ISO/IEC 14496-1 table 5: 0x40 AAC, 0x61 MPEG-2 video, 0x69 MPEG-2 audio, 0x6b MPEG-1 audio. */
  readonly objectType: number;
  readonly stream: 'video' | 'audio';
  /** 0: not known. */
  readonly averageBitrateBps: number;
  /** AudioSpecificConfig, sequence header: what a decoder needs before the first sample. */
  readonly decoderSpecificInfo?: Uint8Array;
}

const TAG_ES = 3;
const TAG_DECODER_CONFIG = 4;
const TAG_DECODER_SPECIFIC = 5;
const TAG_SL_CONFIG = 6;
const STREAM_TYPE = { video: 4, audio: 5 } as const;
const DECODER_CONFIG_BYTES = 13;
/** Tag and a size in four bytes, which old readers expect. */
const HEADER_BYTES = 5;

function writeHeader(w: ByteWriter, tag: number, sizeBytes: number): void {
  w.u8(tag);
  for (const shift of [21, 14, 7]) w.u8(0x80 | ((sizeBytes >> shift) & 0x7f));
  w.u8(sizeBytes & 0x7f);
}

/** ISO/IEC 14496-14 §5.6 with the descriptors of ISO/IEC 14496-1 §7.2.6. */
export function writeEsds(w: ByteWriter, value: Esds): void {
  const info = value.decoderSpecificInfo;
  const infoBytes = info === undefined ? 0 : HEADER_BYTES + info.length;
  const configBytes = DECODER_CONFIG_BYTES + infoBytes;
  w.fullBox('esds', 0, 0, () => {
    writeHeader(w, TAG_ES, 3 + HEADER_BYTES + configBytes + HEADER_BYTES + 1);
    w.u16(0);
    w.u8(0);
    writeHeader(w, TAG_DECODER_CONFIG, configBytes);
    w.u8(value.objectType);
    w.u8((STREAM_TYPE[value.stream] << 2) | 1);
    w.u24(0);
    w.u32(value.averageBitrateBps);
    w.u32(value.averageBitrateBps);
    if (info !== undefined) {
      writeHeader(w, TAG_DECODER_SPECIFIC, info.length);
      w.raw(info);
    }
    writeHeader(w, TAG_SL_CONFIG, 1);
    w.u8(2);
  });
}

function readHeader(cursor: BoxCursor): { tag: number; sizeBytes: number } {
  const tag = cursor.u8();
  let sizeBytes = 0;
  for (let i = 0; i < 4; i++) {
    const byte = cursor.u8();
    sizeBytes = (sizeBytes << 7) | (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return { tag, sizeBytes };
}

export function readEsds(box: BoxView): Esds {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  readHeader(cursor);
  cursor.skip(3);
  const config = readHeader(cursor);
  const objectType = cursor.u8();
  const stream = cursor.u8() >> 2 === STREAM_TYPE.video ? 'video' : 'audio';
  cursor.skip(3 + 4);
  const averageBitrateBps = cursor.u32();
  if (config.sizeBytes <= DECODER_CONFIG_BYTES) return { objectType, stream, averageBitrateBps };
  const { sizeBytes } = readHeader(cursor);
  return { objectType, stream, averageBitrateBps, decoderSpecificInfo: cursor.raw(sizeBytes).slice() };
}
