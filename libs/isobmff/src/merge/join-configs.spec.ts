import { describe, expect, it } from '@jest/globals';
import { audioConfig, hevcConfig, videoConfig } from '../testing/samples.js';
import { joinConfigs } from './join-configs.js';

/** ue(v) of 0, 1 and 2 begin with 1, 010 and 011. */
const sps = (idBits: number, fill = 0): Uint8Array => Uint8Array.of(0x67, 77, 0, 31, idBits, fill);
const pps = (idBits: number, fill = 0): Uint8Array => Uint8Array.of(0x68, idBits, fill);
const [ZERO, ONE, TWO] = [0x80, 0x40, 0x60];
const config = (sets: { sps: Uint8Array[]; pps: Uint8Array[] }, fields = {}) => videoConfig({ ...sets, ...fields });
const source = config({ sps: [sps(ZERO)], pps: [pps(ZERO)] });
const withHead = config({ sps: [sps(ZERO), sps(ONE)], pps: [pps(ZERO), pps(ONE)] });
const withTail = config({ sps: [sps(ZERO), sps(TWO)], pps: [pps(ZERO), pps(TWO)] });

describe('parameter sets of one record', () => {
  it.each([
    ['of a head and the pictures behind it', withHead, source, [ZERO, ONE]],
    ['of pictures and the tail behind them', source, withTail, [ZERO, TWO]],
    ['of two encoded edges', withHead, withTail, [ZERO, ONE, TWO]],
  ])('are those %s', (_name, a, b, ids) => {
    expect(joinConfigs(a, b)).toEqual(config({ sps: ids.map((id) => sps(id)), pps: ids.map((id) => pps(id)) }));
  });

  it('are those of HEVC, of all three kinds', () => {
    const vps = (id: number): Uint8Array => Uint8Array.of(0x40, 1, (id << 4) | 0xc, 1);
    const hevcSps = (idBits: number): Uint8Array =>
      Uint8Array.of(0x42, 1, 1, 1, 0x60, 0xff, 0xff, 0xff, 0x90, 0xff, 0xff, 0xff, 0xff, 0xff, 93, idBits);
    const hevcPps = (idBits: number, fill = 0): Uint8Array => Uint8Array.of(0x44, 1, idBits, fill);
    const own = hevcConfig({ vps: [vps(0)], sps: [hevcSps(ZERO)], pps: [hevcPps(ZERO)] });
    const edge = { vps: [vps(1)], sps: [hevcSps(ONE)], pps: [hevcPps(ONE)] };
    const all = {
      vps: [...own.vps, ...edge.vps],
      sps: [...own.sps, ...edge.sps],
      pps: [...own.pps, ...edge.pps],
    };
    expect(joinConfigs(hevcConfig(all), own)).toEqual(hevcConfig(all));
    expect(joinConfigs(own, hevcConfig(edge))).toEqual(hevcConfig(all));
    expect(joinConfigs(own, hevcConfig({ ...all, pps: [hevcPps(ZERO, 9)] }))).toBeUndefined();
    expect(joinConfigs(own, hevcConfig({ ...edge, bitDepthLuma: 10 }))).toBeUndefined();
  });

  it.each([
    ['an id that means two things', source, config({ sps: [sps(ZERO, 9)], pps: [pps(ZERO)] })],
    ['another picture set under the same id', source, config({ sps: [sps(ZERO)], pps: [pps(ZERO, 9)] })],
    ['another level', source, config({ sps: [sps(ONE)], pps: [pps(ONE)] }, { levelIdc: 40 })],
    ['sound', audioConfig(), audioConfig()],
  ])('are not joined over %s', (_name, a, b) => {
    expect(joinConfigs(a, b)).toBeUndefined();
  });
});
