import { concatBytes } from '../bytes.js';
import { writeStamp } from '../rebase/stamps.js';

/** What a PES of one picture says and carries. */
export interface PictureUnit {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly keyframe: boolean;
  /** Byte stream: NAL units behind start codes. */
  readonly bytes: Uint8Array;
}

const VIDEO_STREAM_ID = 0xe0;
const STAMPS_BYTES = 10;

/** One picture as a PES of unbounded length, which only video may have (ISO/IEC 13818-1 §2.4.3.7). */
export const videoPes = ({ ptsTicks, dtsTicks, bytes }: PictureUnit): Uint8Array => {
  const stamps = new Uint8Array(STAMPS_BYTES);
  stamps[0] = 0x30;
  stamps[5] = 0x10;
  writeStamp(stamps, 0, ptsTicks);
  writeStamp(stamps, 5, dtsTicks);
  // '10', data_alignment_indicator; PTS_DTS_flags '11'
  const head = Uint8Array.of(0, 0, 1, VIDEO_STREAM_ID, 0, 0, 0x84, 0xc0, STAMPS_BYTES);
  return concatBytes([head, stamps, bytes]);
};
