import type { H264Config } from '../sample.js';
import { BitReader, unescape } from './bit-reader.js';
import type { H264Slice } from './h264-slice.js';
import { H264_SLICE_HEAD_BYTES, parseH264Slice } from './h264-slice.js';
import type { H264Sps } from './h264-sps.js';
import { parseH264Sps } from './h264-sps.js';
import type { AccessUnitFacts, CodecConfig, NalCodec, NalRole } from './nal-codec.js';
import { ParameterSets } from './parameter-sets.js';
import { hasRecoveryPoint } from './sei.js';

/** nal_unit_type, ITU-T H.264 Table 7-1. */
const NAL = { slice: 1, partitionA: 2, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9 } as const;

const typeOf = (nal: Uint8Array): number => nal[0] & 0x1f;
const isSlice = (type: number): boolean => type === NAL.slice || type === NAL.partitionA || type === NAL.idr;

/** H.264: access unit borders (§7.4.1.2.3), field pairs, keyframes, parameter sets. */
export class H264Codec implements NalCodec {
  readonly headBytes = H264_SLICE_HEAD_BYTES;
  readonly leavesZeroByte = false;
  private readonly spss = new ParameterSets<H264Sps>();
  private readonly ppss = new ParameterSets<{ spsId: number }>();
  private changed = false;
  private last: H264Slice | undefined;
  awaitsSecondField = false;

  role(head: Uint8Array): NalRole {
    const type = typeOf(head);
    if (isSlice(type)) return this.sliceRole(parseH264Slice(head, (ppsId) => this.spsOf(ppsId)));
    return type >= NAL.sei && type <= NAL.delimiter ? 'opens' : 'continues';
  }

  completed(nal: Uint8Array): boolean {
    const type = typeOf(nal);
    if (type === NAL.sps) return this.putSps(nal);
    if (type === NAL.pps) return this.putPps(nal);
    return true;
  }

  facts(nals: readonly Uint8Array[]): AccessUnitFacts {
    let keyframe = false;
    let reference = false;
    for (const nal of nals) {
      const type = typeOf(nal);
      if (type === NAL.idr || (type === NAL.sei && hasRecoveryPoint(nal))) keyframe = true;
      // nal_ref_idc
      if (isSlice(type) && (nal[0] & 0x60) !== 0) reference = true;
    }
    return { keyframe, reference };
  }

  takeConfig(): CodecConfig<H264Config> | undefined {
    const sps = this.spss.first;
    if (!this.changed || sps === undefined || this.ppss.size === 0) return undefined;
    this.changed = false;
    const { profileIdc, constraintFlags, levelIdc, chromaFormatIdc, bitDepthLuma, bitDepthChroma, picture } = sps;
    return {
      ...{ kind: 'video', codec: 'h264', sps: this.spss.nals, pps: this.ppss.nals },
      ...{ profileIdc, constraintFlags, levelIdc, chromaFormatIdc, bitDepthLuma, bitDepthChroma, picture },
    };
  }

  get frameTicks(): number | undefined {
    return this.spss.first?.frameTicks;
  }

  reset(): void {
    this.spss.clear();
    this.ppss.clear();
    this.changed = false;
    this.last = undefined;
    this.awaitsSecondField = false;
  }

  private spsOf(ppsId: number): H264Sps | undefined {
    const pps = this.ppss.get(ppsId);
    return pps === undefined ? undefined : this.spss.get(pps.spsId);
  }

  private sliceRole(slice: H264Slice): NalRole {
    const before = this.last;
    this.last = slice;
    // The rest of a picture whose beginning is not here.
    if (before === undefined && slice.firstMb > 0) return 'continues';
    // first_mb grows within a picture; with a lost first slice this still holds, first_mb = 0 would not.
    if (before !== undefined && slice.firstMb > before.firstMb) return 'continues';
    const pairs =
      this.awaitsSecondField &&
      before !== undefined &&
      slice.field !== undefined &&
      slice.field !== before.field &&
      slice.frameNum === before.frameNum;
    this.awaitsSecondField = slice.field !== undefined && !pairs;
    return pairs ? 'second-field' : 'picture';
  }

  private putSps(nal: Uint8Array): boolean {
    const sps = parseH264Sps(nal);
    if (sps === undefined) return false;
    if (this.spss.put(sps.id, nal, sps)) {
      this.changed = true;
      // Picture parameter sets are read by the rules of their SPS: with another one they mean nothing.
      this.ppss.deleteWhere(({ spsId }) => spsId === sps.id);
    }
    return true;
  }

  private putPps(nal: Uint8Array): boolean {
    const reader = new BitReader(unescape(nal.subarray(1, 16)));
    const id = reader.unsigned();
    const spsId = reader.unsigned();
    if (id > 255 || spsId > 31) return false;
    if (this.ppss.put(id, nal, { spsId })) this.changed = true;
    return true;
  }
}
