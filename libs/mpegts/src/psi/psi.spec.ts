import { describe, expect, it } from '@jest/globals';
import { PMT_PID, TsBuilder, patSection, pmtSection } from '../testing/ts-builder.js';
import { crc32Mpeg } from './crc32.js';
import { ProgramReader } from './program-reader.js';
import { SectionAssembler } from './section-assembler.js';
import { streamKind, streamLanguage } from './stream-kind.js';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Feeds packets to a ProgramReader; returns it and the PIDs of bad sections. */
const readPrograms = (bytes: Uint8Array): { reader: ProgramReader; bad: number[]; changes: number } => {
  const bad: number[] = [];
  const reader = new ProgramReader((pid) => bad.push(pid));
  let changes = 0;
  for (let at = 0; at < bytes.length; at += 188) {
    const pid = ((bytes[at + 1] & 0x1f) << 8) | bytes[at + 2];
    if (reader.owns(pid) && reader.push(pid, bytes, at)) changes++;
  }
  return { reader, bad, changes };
};

describe('crc32Mpeg', () => {
  it('gives the check value of CRC-32/MPEG-2', () => {
    expect(crc32Mpeg(ascii('123456789'))).toBe(0x0376e6e7);
  });
});

describe('SectionAssembler', () => {
  const long = pmtSection(Array.from({ length: 60 }, (_, index) => ({ pid: 0x100 + index, type: 0x0f })));

  it('joins a section that spans packets, with the next one starting in its last packet', () => {
    const assembler = new SectionAssembler();
    const short = patSection();
    const first = Uint8Array.from([0, ...long.subarray(0, 183)]);
    expect(assembler.push(first, 0, 184, true)).toEqual([]);
    const rest = long.subarray(183);
    const second = Uint8Array.from([rest.length, ...rest, ...short, 0xff, 0xff]);
    expect(assembler.push(second, 0, second.length, true)).toEqual([long, short]);
  });

  it('waits for a start before it collects', () => {
    expect(new SectionAssembler().push(patSection(), 0, 16, false)).toEqual([]);
  });

  it('ignores a pointer beyond the packet', () => {
    expect(new SectionAssembler().push(Uint8Array.of(200, 1, 2), 0, 3, true)).toEqual([]);
  });
});

describe('ProgramReader', () => {
  const streams = [
    { pid: 0x100, type: 0x1b },
    { pid: 0x101, type: 0x0f, descriptors: [0x0a, 4, 0x66, 0x72, 0x61, 0] },
  ];

  it('reads streams with their kinds and languages', () => {
    const { reader } = readPrograms(new TsBuilder().program(...streams).build());
    expect(reader.program).toEqual({
      ...{ programNumber: 1, pmtPid: PMT_PID, pcrPid: 0x100 },
      streams: [
        { pid: 0x100, streamIndex: 0, streamType: 0x1b, kind: 'h264' },
        { pid: 0x101, streamIndex: 1, streamType: 0x0f, kind: 'aac', language: 'fra' },
      ],
    });
  });

  it('reads a PMT that spans packets, and keeps all of its packets', () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ pid: 0x100 + index, type: 0x0f }));
    const bytes = new TsBuilder().program(...many).build();
    const { reader } = readPrograms(bytes);
    expect(reader.program?.streams).toHaveLength(60);
    expect(reader.programPackets).toEqual(bytes);
  });

  it('says that the program changed only when it did', () => {
    const bytes = new TsBuilder()
      .program(...streams)
      .program(...streams)
      .sections(PMT_PID, pmtSection(streams.slice(0, 1), 1))
      .build();
    const { reader, changes } = readPrograms(bytes);
    expect(changes).toBe(2);
    expect(reader.program?.streams).toHaveLength(1);
  });

  it('refuses a section with a wrong CRC', () => {
    const damaged = pmtSection(streams);
    damaged[12] ^= 1;
    const { reader, bad } = readPrograms(new TsBuilder().sections(0, patSection()).sections(PMT_PID, damaged).build());
    expect(reader.program).toBeUndefined();
    expect(bad).toEqual([PMT_PID]);
  });

  it('follows a PAT that moves the PMT', () => {
    const bytes = new TsBuilder()
      .program(...streams)
      .sections(0, patSection(0x200, 1))
      .sections(0x200, pmtSection(streams.slice(1)))
      .build();
    const { reader } = readPrograms(bytes);
    expect(reader.program?.pmtPid).toBe(0x200);
    expect(reader.program?.streams.map(({ pid }) => pid)).toEqual([0x101]);
  });

  it('ignores a table that is not in force yet', () => {
    const next = pmtSection(streams).slice(0, -4);
    next[5] &= 0xfe;
    const withCrc = new Uint8Array([...next, 0, 0, 0, 0]);
    new DataView(withCrc.buffer).setUint32(next.length, crc32Mpeg(next));
    const { reader } = readPrograms(new TsBuilder().sections(0, patSection()).sections(PMT_PID, withCrc).build());
    expect(reader.program).toBeUndefined();
  });
});

describe('streamKind', () => {
  const registration = (text: string): { tag: number; bytes: Uint8Array } => ({ tag: 0x05, bytes: ascii(text) });
  const tagged = (tag: number): { tag: number; bytes: Uint8Array } => ({ tag, bytes: Uint8Array.of(0) });

  it.each([
    [0x02, [], 'mpeg2video'],
    [0x03, [], 'mp2'],
    [0x04, [], 'mp2'],
    [0x0f, [], 'aac'],
    [0x11, [], 'aac-latm'],
    [0x1b, [], 'h264'],
    [0x10, [], 'mpeg4'],
    [0x24, [], 'hevc'],
    [0x33, [], 'vvc'],
    [0xea, [], 'vc1'],
    [0x05, [], 'sections'],
    [0x81, [], 'ac3'],
    [0x86, [], 'scte35'],
    [0x87, [], 'eac3'],
    [0x06, [tagged(0x6a)], 'ac3'],
    [0x06, [tagged(0x7a)], 'eac3'],
    [0x06, [tagged(0x52), tagged(0x56)], 'teletext'],
    [0x06, [tagged(0x59)], 'dvb-subtitle'],
    [0x06, [registration('AC-3')], 'ac3'],
    [0x06, [registration('EAC3')], 'eac3'],
    [0x06, [registration('HEVC')], 'hevc'],
    [0x06, [registration('Opus')], 'opus'],
    [0x06, [registration('BSSD')], 's302m'],
    [0x06, [registration('KLVA')], 'klv'],
    [0x06, [{ tag: 0x7f, bytes: Uint8Array.of(0x15, 0) }], 'ac4'],
    [0x06, [{ tag: 0x7f, bytes: Uint8Array.of(0x06, 0) }], 'private'],
    [0x06, [tagged(0x46)], 'vbi'],
    [0x06, [registration('XYZW')], 'private'],
    [0x06, [], 'private'],
    [0xc0, [], 'private'],
    [0x7f, [], 'unknown'],
  ] as const)('knows type 0x%x with %j as %s', (type, descriptors, kind) => {
    expect(streamKind(type, descriptors)).toBe(kind);
  });

  it.each([
    ['ENG\0', 'eng'],
    ['  \0\0', undefined],
    ['en', undefined],
  ])('reads the language %j as %s', (text, language) => {
    expect(streamLanguage([{ tag: 0x0a, bytes: ascii(text) }])).toBe(language);
  });
});
