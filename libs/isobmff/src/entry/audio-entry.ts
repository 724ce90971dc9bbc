import { BoxCursor } from '../box/box-cursor.js';
import { type BoxView, childBoxes } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';

export interface AudioEntry {
  /** `mp4a`, `ac-3`, `ec-3`, `.mp3` … */
  readonly type: string;
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Present: a QuickTime sound description of version 1, for compressed audio in `.mov`. */
  readonly samplesPerPacket?: number;
}

/** Reserved, data reference, version, revision, vendor, channels, sample size, compression, packet size, rate. */
const FIELD_BYTES = 28;
/** Samples a packet, bytes a packet, bytes a frame, bytes a sample (QuickTime File Format, sound sample description v1). */
const QUICKTIME_V1_BYTES = 16;
/** The rate is 16.16: rates above do not fit and are told by the decoder's configuration alone. */
const MAX_SAMPLE_RATE_HZ = 0xffff;

/** ISO/IEC 14496-12 §12.2.3; `children` writes the boxes that follow the fields. */
export function writeAudioEntry(w: ByteWriter, value: AudioEntry, children: () => void): void {
  const { samplesPerPacket } = value;
  w.box(value.type, () => {
    w.zeros(6);
    w.u16(1);
    w.u16(samplesPerPacket === undefined ? 0 : 1);
    w.zeros(6);
    w.u16(value.channelCount);
    w.u16(16);
    // QuickTime: −2 announces compressed audio with a variable packet size.
    w.u16(samplesPerPacket === undefined ? 0 : 0xfffe);
    w.u16(0);
    w.u32(value.sampleRateHz > MAX_SAMPLE_RATE_HZ ? 0 : value.sampleRateHz * 0x10000);
    if (samplesPerPacket !== undefined) {
      w.u32(samplesPerPacket);
      w.u32(0);
      w.u32(0);
      w.u32(2);
    }
    children();
  });
}

export function readAudioEntry(box: BoxView): AudioEntry & { children: BoxView[] } {
  const cursor = new BoxCursor(box);
  cursor.skip(8);
  const version = cursor.u16();
  cursor.skip(6);
  const channelCount = cursor.u16();
  cursor.skip(6);
  const fields = { type: box.type, channelCount, sampleRateHz: cursor.u32() >>> 16 };
  if (version !== 1) return { ...fields, children: childBoxes(box, FIELD_BYTES) };
  return {
    ...fields,
    samplesPerPacket: cursor.u32(),
    children: childBoxes(box, FIELD_BYTES + QUICKTIME_V1_BYTES),
  };
}
