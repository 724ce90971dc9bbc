import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readAudioEntry, writeAudioEntry } from './audio-entry.js';

describe('audio sample entry', () => {
  const iso = { type: 'mp4a', channelCount: 2, sampleRateHz: 48_000 };

  it('has 28 bytes of fields in ISO files', () => {
    expect(hexOf((w) => writeAudioEntry(w, iso, () => undefined))).toBe(
      hex('00000024 6d703461 000000000000 0001 0000 0000 00000000 0002 0010 0000 0000 bb800000'),
    );
  });

  it('has 16 more in QuickTime files', () => {
    expect(hexOf((w) => writeAudioEntry(w, { ...iso, samplesPerPacket: 1024 }, () => undefined))).toBe(
      hex(`00000034 6d703461 000000000000 0001 0001 0000 00000000 0002 0010 fffe 0000 bb800000
        00000400 00000000 00000000 00000002`),
    );
  });

  it.each([
    ['ISO', iso],
    ['QuickTime', { ...iso, samplesPerPacket: 1536 }],
  ])('reads back fields and boxes of %s files', (_name, value) => {
    const box = written((w) => writeAudioEntry(w, value, () => w.box('esds', () => w.u32(0))));
    const { children, ...fields } = readAudioEntry(box);
    expect(fields).toEqual(value);
    expect(children.map((child) => child.type)).toEqual(['esds']);
  });

  it('leaves a rate that does not fit 16.16 to the decoder', () => {
    const box = written((w) => writeAudioEntry(w, { ...iso, sampleRateHz: 96_000 }, () => undefined));
    expect(readAudioEntry(box).sampleRateHz).toBe(0);
  });
});
