import { describe, expect, it } from '@jest/globals';
import { type CompareRule, differenceOf } from './compare-tracks.js';
import type { Packet, Tracks } from './packets.js';

const packet = (index: number, changes: Partial<Packet> = {}): Packet => ({
  ...{ pts: index * 3_000, dts: index * 3_000, duration: 3_000, sizeBytes: 100 + index, sha256: `sha ${index}` },
  ...{ flags: index % 4 === 0 ? 'K_' : '__' },
  ...changes,
});
const COUNT = 12;
const tracksOf = (change: (packet: Packet, index: number) => Packet = (same) => same, from = 0): Tracks =>
  new Map(
    ['video 0', 'audio 0'].map((name) => [
      name,
      Array.from({ length: COUNT - from }, (_, index) => change(packet(index + from), index + from)),
    ]),
  );
const SAME: CompareRule = { times: 'same' };
const SHIFTED: CompareRule = { times: 'shifted' };

describe('packets', () => {
  it.each<[string, Partial<Packet>]>([
    ['pts', { pts: 15_001 }],
    ['dts', { dts: 14_999 }],
    ['duration', { duration: 3_001 }],
    ['a missing time', { dts: Number.NaN }],
    ['size', { sizeBytes: 1 }],
    ['bytes', { sha256: 'another' }],
    ['key flag', { flags: 'K_' }],
  ])('differ by one %s', (_what, changes) => {
    const made = tracksOf((each, index) => (index === 5 ? { ...each, ...changes } : each));
    for (const rule of [SAME, SHIFTED]) expect(differenceOf(made, tracksOf(), rule)).toMatch(/^video 0, packet 5: /);
    expect(differenceOf(tracksOf(), tracksOf(), SAME)).toBeUndefined();
  });

  it('differ by a packet or a track that is not there', () => {
    const shorter = new Map([...tracksOf()].map(([name, packets]) => [name, packets.slice(0, -1)]));
    expect(differenceOf(shorter, tracksOf(), SAME)).toBe('video 0: 11 packets instead of 12');
    const mute = new Map([...tracksOf()].slice(0, 1));
    expect(differenceOf(mute, tracksOf(), SAME)).toBe('tracks video 0 instead of video 0, audio 0');
    expect(differenceOf(new Map(), tracksOf(), SAME)).toMatch(/^tracks none/);
  });

  it('may all be shifted by one amount, and not by two', () => {
    const shifted = tracksOf((each) => ({ ...each, pts: each.pts + 9, dts: each.dts + 9 }));
    expect(differenceOf(shifted, tracksOf(), SAME)).toMatch(/packet 0/);
    expect(differenceOf(shifted, tracksOf(), SHIFTED)).toBeUndefined();
    const apart = new Map([...tracksOf()].slice(0, 1).concat([...shifted].slice(1)));
    expect(differenceOf(apart, tracksOf(), SHIFTED)).toMatch(/^audio 0, packet 0/);
  });

  it('of audio may be a tick off where that is said, and those of pictures may not', () => {
    const off = tracksOf((each, index) => (index % 2 === 0 ? each : { ...each, pts: each.pts + 1 }));
    const audioOff = new Map([...tracksOf()].slice(0, 1).concat([...off].slice(1)));
    expect(differenceOf(audioOff, tracksOf(), SAME)).toMatch(/^audio 0, packet 1/);
    expect(differenceOf(audioOff, tracksOf(), { times: 'same', audioTicks: 1 })).toBeUndefined();
    expect(differenceOf(off, tracksOf(), { times: 'same', audioTicks: 1 })).toMatch(/^video 0, packet 1/);
  });

  it('from the middle on are the rest of the whole, from a keyframe to the end', () => {
    const rule: CompareRule = { times: 'shifted', fromMiddle: true };
    expect(differenceOf(tracksOf(undefined, 4), tracksOf(), rule)).toBeUndefined();
    expect(differenceOf(tracksOf(undefined, 5), tracksOf(), rule)).toMatch(/packets instead of 0/);
    const cutShort = new Map([...tracksOf(undefined, 4)].map(([name, packets]) => [name, packets.slice(0, -1)]));
    expect(differenceOf(cutShort, tracksOf(), rule)).toBe('video 0: 7 packets instead of 8');
  });
});
