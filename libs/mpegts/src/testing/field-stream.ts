import { concatBytes } from '../bytes.js';
import { BitWriter } from '../video/bit-writer.js';
import { AUD } from './es-samples.js';

const [WIDTH_MBS, FIELD_HEIGHT_MBS] = [4, 2];
const I_PCM = 25;
const I_SLICE = 7;

const nal = (header: number, rbsp: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(header), rbsp]);

/** ITU-T H.264 §7.3.2.1.1: Main profile, 64×64, field and frame pictures, shown in the order they are decoded. */
const sps = (): Uint8Array => {
  const writer = new BitWriter().bits(0x4d001e, 24).unsigned(0, 0, 2, 2).bits(0, 1);
  return nal(
    0x67,
    writer
      .unsigned(WIDTH_MBS - 1, FIELD_HEIGHT_MBS - 1)
      .bits(0b00100, 5)
      .bytes(),
  );
};

/** §7.3.2.2: CAVLC, one slice group, no deblocking control. */
const pps = (): Uint8Array => {
  const writer = new BitWriter().unsigned(0, 0).bits(0, 2).unsigned(0, 0, 0).bits(0, 3);
  return nal(0x68, writer.unsigned(0, 0, 0).bits(0, 3).bytes());
};

/** One slice of macroblocks that carry their samples (§7.3.5, I_PCM): a picture that any decoder shows. */
const pcmSlice = (header: BitWriter, nalHeader: number, macroblocks: number, luma: number): Uint8Array => {
  const samples = concatBytes([new Uint8Array(256).fill(luma), new Uint8Array(128).fill(128)]);
  const type = new BitWriter().unsigned(I_PCM).aligned();
  const first = header.unsigned(I_PCM).aligned();
  const rest = Array.from({ length: macroblocks - 1 }, () => [type, samples]).flat();
  return nal(nalHeader, concatBytes([first, samples, ...rest, Uint8Array.of(0x80)]));
};

const sliceHeader = (frameIndex: number): BitWriter => new BitWriter().unsigned(0, I_SLICE, 0).bits(frameIndex % 16, 4);

const luma = (frameIndex: number): number => 32 + frameIndex * 4;

const field = (frameIndex: number, parity: 'top' | 'bottom', idr: boolean): Uint8Array => {
  const header = sliceHeader(frameIndex)
    .bits(1, 1)
    .bits(parity === 'bottom' ? 1 : 0, 1);
  // idr_pic_id and two flags; else adaptive_ref_pic_marking_mode_flag
  if (idr) header.unsigned(0).bits(0, 2);
  else header.bits(0, 1);
  header.unsigned(0);
  return pcmSlice(header, idr ? 0x65 : 0x61, WIDTH_MBS * FIELD_HEIGHT_MBS, luma(frameIndex));
};

const frame = (frameIndex: number): Uint8Array => {
  const header = sliceHeader(frameIndex).bits(0, 1).bits(0, 1).unsigned(0);
  return pcmSlice(header, 0x61, WIDTH_MBS * FIELD_HEIGHT_MBS * 2, luma(frameIndex));
};

/** The pictures of a frame as NAL units: two fields, or (every third) one frame: PAFF. An IDR picture is a first field. */
export const pictureAdaptiveFrame = (frameIndex: number): Uint8Array[][] => {
  if (frameIndex % 3 === 2) return [[AUD, frame(frameIndex)]];
  const idr = frameIndex === 0;
  return [
    [AUD, ...(idr ? [sps(), pps()] : []), field(frameIndex, 'top', idr)],
    [AUD, field(frameIndex, 'bottom', false)],
  ];
};
