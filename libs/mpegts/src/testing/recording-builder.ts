import { concatBytes } from '../bytes.js';
import { AUD, RECOVERY_POINT, adtsFrame, annexB, filler, h264Pps, h264Slice, h264Sps } from './es-samples.js';
import { TsBuilder } from './ts-builder.js';

export const VIDEO = { pid: 0x100, type: 0x1b };
export const AUDIO = { pid: 0x101, type: 0x0f };
export const FRAME_TICKS = 3600;

/** `K` a closed keyframe, `R` a recovery point, any other letter a picture; the number is its place in presentation order. */
export type Picture = `${'K' | 'R' | 'P' | 'B'}${number}`;

const nalsOf = (picture: Picture): Uint8Array[] => {
  if (picture.startsWith('K')) return [AUD, h264Sps(), h264Pps(), h264Slice({ type: 5 })];
  if (picture.startsWith('R')) return [AUD, h264Sps(), h264Pps(), RECOVERY_POINT, h264Slice()];
  return [AUD, h264Slice({ reference: picture.startsWith('P') })];
};

/**
 * Writes pictures in decode order, one PES each. DTS goes up by a frame per picture, from `firstDtsFrame`; each picture is
 * followed by the audio of its DTS when there is audio.
 */
export class RecordingBuilder {
  readonly ts = new TsBuilder();
  private nextFrame: number;

  constructor(private readonly options: { firstDtsFrame?: number; audio?: boolean | 'declared' } = {}) {
    this.nextFrame = options.firstDtsFrame ?? 100;
  }

  /** Returns the bytes of one piece. */
  piece(...pictures: Picture[]): Uint8Array {
    const from = this.ts.sizeBytes;
    if (this.options.audio !== undefined) this.ts.program(VIDEO, AUDIO);
    else this.ts.program(VIDEO);
    for (const picture of pictures) {
      const dts = this.nextFrame++ * FRAME_TICKS;
      const pts = Number(picture.slice(1)) * FRAME_TICKS;
      this.ts.pes(VIDEO.pid, annexB(nalsOf(picture)), { pts, dts, unbounded: true });
      if (this.options.audio === true) {
        this.ts.pes(AUDIO.pid, concatBytes([adtsFrame(filler(40)), adtsFrame(filler(40))]), { pts: dts });
      }
    }
    return this.ts.build().subarray(from);
  }
}
