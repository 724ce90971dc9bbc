import type { HevcConfig } from '../sample.js';
import { hevcPpsId, hevcVpsId } from './hevc-set-ids.js';
import { type HevcSps, parseHevcSps } from './hevc-sps.js';
import { HEVC_NAL as NAL, hevcLayerOf as layerOf, hevcNalType as typeOf, isHevcIrap } from './hevc-nal.js';
import type { AccessUnitFacts, CodecConfig, NalCodec, NalRole } from './nal-codec.js';
import { ParameterSets } from './parameter-sets.js';

/** Non-VCL types that begin an access unit when they follow a picture (§7.4.2.4.4). */
const opens = (type: number): boolean =>
  (type >= NAL.vps && type <= NAL.delimiter) ||
  type === NAL.prefixSei ||
  (type >= 41 && type <= 44) ||
  (type >= 48 && type <= 55);

/** HEVC: access unit borders, IRAP keyframes, parameter sets. Layers above the base are kept in its access unit. */
export class HevcCodec implements NalCodec {
  readonly headBytes = 3;
  readonly leavesZeroByte = true;
  private readonly vpss = new ParameterSets<null>();
  private readonly spss = new ParameterSets<HevcSps>();
  private readonly ppss = new ParameterSets<null>();
  /** Fields are access units of their own in H.265. */
  readonly awaitsSecondField = false;
  private changed = false;

  role(head: Uint8Array): NalRole {
    const type = typeOf(head);
    if (layerOf(head) > 0) return 'continues';
    // first_slice_segment_in_pic_flag
    if (type <= NAL.vclLast) return (head[2] & 0x80) !== 0 ? 'picture' : 'continues';
    return opens(type) ? 'opens' : 'continues';
  }

  completed(nal: Uint8Array): boolean {
    if (layerOf(nal) > 0) return true;
    switch (typeOf(nal)) {
      case NAL.vps:
        this.changed = this.vpss.put(hevcVpsId(nal), nal, null) || this.changed;
        return true;
      case NAL.sps:
        return this.putSps(nal);
      case NAL.pps:
        this.changed = this.ppss.put(hevcPpsId(nal), nal, null) || this.changed;
        return true;
      default:
        return true;
    }
  }

  facts(nals: readonly Uint8Array[]): AccessUnitFacts {
    let keyframe = false;
    let reference = false;
    for (const nal of nals) {
      const type = typeOf(nal);
      if (type > NAL.vclLast || layerOf(nal) > 0) continue;
      if (isHevcIrap(nal)) keyframe = true;
      // Even types below 16 are sub-layer non-reference pictures: §7.4.2.2.
      if (type >= NAL.irapFirst || type % 2 === 1) reference = true;
    }
    return { keyframe, reference };
  }

  takeConfig(): CodecConfig<HevcConfig> | undefined {
    const sps = this.spss.first;
    if (!this.changed || sps === undefined || this.vpss.size === 0 || this.ppss.size === 0) return undefined;
    this.changed = false;
    const { generalProfileTierLevel, chromaFormatIdc, bitDepthLuma, bitDepthChroma, picture } = sps;
    const { temporalLayerCount, temporalIdNested } = sps;
    return {
      ...{ kind: 'video', codec: 'hevc', vps: this.vpss.nals, sps: this.spss.nals, pps: this.ppss.nals },
      ...{ generalProfileTierLevel, chromaFormatIdc, bitDepthLuma, bitDepthChroma, picture },
      ...{ temporalLayerCount, temporalIdNested },
    };
  }

  get frameTicks(): number | undefined {
    return this.spss.first?.frameTicks;
  }

  reset(): void {
    this.vpss.clear();
    this.spss.clear();
    this.ppss.clear();
    this.changed = false;
  }

  private putSps(nal: Uint8Array): boolean {
    const sps = parseHevcSps(nal);
    if (sps === undefined) return false;
    this.changed = this.spss.put(sps.id, nal, sps) || this.changed;
    return true;
  }
}
