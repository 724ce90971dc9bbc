import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes.js';
import { demuxAll } from '../testing/collect.js';
import { adtsFrame, filler } from '../testing/es-samples.js';
import type { PesOptions } from '../testing/ts-builder.js';
import { TsBuilder } from '../testing/ts-builder.js';

const AUDIO = { pid: 0x101, type: 0x0f };
const PAYLOADS = [filler(90, 1), filler(120, 2), filler(60, 3), filler(200, 4), filler(80, 5)];
const FRAMES = PAYLOADS.map((payload) => adtsFrame(payload));
const ES = concatBytes(FRAMES);

const demux = (...pes: [Uint8Array, PesOptions?][]): ReturnType<typeof demuxAll> => {
  const builder = new TsBuilder().program(AUDIO);
  for (const [data, options] of pes) builder.pes(AUDIO.pid, data, options);
  return demuxAll(builder.build());
};

describe('an AAC stream', () => {
  it('comes out as frames without headers, each 1024 samples after the one before', () => {
    const { samples, configs } = demux([ES, { pts: 90_000 }]);
    expect(samples.map(({ data }) => data)).toEqual(PAYLOADS);
    expect(samples.map(({ ptsTicks, stamped }) => [ptsTicks, stamped])).toEqual([
      [90_000, true],
      [91_920, false],
      [93_840, false],
      [95_760, false],
      [97_680, false],
    ]);
    expect(configs).toEqual([
      {
        ...{ kind: 'audio', codec: 'aac', pid: AUDIO.pid, streamIndex: 0, runIndex: 0 },
        ...{ sampleRateHz: 48_000, channelCount: 2, samplesPerFrame: 1024 },
        audioSpecificConfig: Uint8Array.of(0x11, 0x90),
      },
    ]);
  });

  it('puts frames together that straddle PES, and stamps the first frame that commences in a PES', () => {
    const { samples } = demux(
      [ES.subarray(0, 150), { pts: 1000 }],
      [ES.subarray(150, 230), { pts: 50_000 }],
      [ES.subarray(230), { pts: 70_000 }],
    );
    expect(samples.map(({ data }) => data)).toEqual(PAYLOADS);
    // Frames commence at 0, 97 | 224 | 291, 498.
    expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual([1000, 2920, 50_000, 70_000, 71_920]);
  });

  it('does not stamp a frame with the time of a PES in which none commences', () => {
    const { samples } = demux(
      [ES.subarray(0, 100), { pts: 1000 }],
      [ES.subarray(100, 200), { pts: 77_000 }],
      [ES.subarray(200), { pts: 5000 }],
    );
    expect(samples.slice(0, 3).map(({ ptsTicks }) => ptsTicks)).toEqual([1000, 2920, 5000]);
  });

  it('counts back the times of frames before the first stamp', () => {
    const { samples } = demux([ES.subarray(0, 224), {}], [ES.subarray(224), { pts: 9000 }]);
    expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual([9000 - 3840, 9000 - 1920, 9000, 10_920, 12_840]);
  });

  it('drops the rest of a frame that began before the stream', () => {
    const { samples, demuxer } = demux([ES.subarray(40), { pts: 9000 }]);
    expect(samples.map(({ data }) => data)).toEqual(PAYLOADS.slice(1));
    expect(samples[0].ptsTicks).toBe(9000);
    expect(demuxer.warnings).toEqual([]);
  });

  it('does not believe a single header', () => {
    const lonely = concatBytes([FRAMES[0].subarray(0, 7), filler(30), ...FRAMES]);
    expect(demux([lonely, { pts: 0 }]).samples.map(({ data }) => data)).toEqual(PAYLOADS);
  });

  it('finds the next frame behind damage, and says so', () => {
    const damaged = concatBytes([...FRAMES.slice(0, 2), filler(33), ...FRAMES.slice(2)]);
    const { samples, demuxer } = demux([damaged, { pts: 0 }]);
    expect(samples.map(({ data }) => data)).toEqual(PAYLOADS);
    expect(demuxer.warnings).toMatchObject([{ code: 'audio-resync', count: 1 }]);
  });

  it('says that the last frame is not whole', () => {
    const { samples, demuxer } = demux([ES.subarray(0, ES.length - 5), { pts: 0 }]);
    expect(samples).toHaveLength(4);
    expect(demuxer.warnings).toMatchObject([{ code: 'audio-incomplete', count: 1 }]);
  });

  it.each([
    [16 * 1024, ['audio-unreadable']],
    [16 * 1024 - 1, []],
  ])('says that none of %i bytes is a frame', (sizeBytes, codes) => {
    const { samples, demuxer } = demux([filler(sizeBytes, 1), { pts: 0 }]);
    expect(samples).toEqual([]);
    expect(demuxer.warnings.map(({ code }) => code)).toEqual(codes);
  });

  it('does not drift at 44.1 kHz', () => {
    const frames = Array.from({ length: 1000 }, () => adtsFrame(filler(20), { frequencyIndex: 4 }));
    const { samples } = demux([concatBytes(frames), { pts: 0 }]);
    expect(samples[999].ptsTicks).toBe(Math.round((999 * 1024 * 90_000) / 44_100));
  });

  it('gives a new configuration when the channels change', () => {
    const mono = Array.from({ length: 2 }, () => adtsFrame(filler(20), { channels: 1 }));
    const { configs } = demux([concatBytes([...FRAMES, ...mono]), { pts: 0 }]);
    expect(configs.map((config) => 'channelCount' in config && config.channelCount)).toEqual([2, 1]);
  });
});

describe('an E-AC-3 stream', () => {
  const EAC3 = { pid: 0x102, type: 0x87 };
  const frame = (streamType: number, sizeBytes: number): Uint8Array => {
    const words = sizeBytes / 2 - 1;
    const head = [0x0b, 0x77, (streamType << 6) | (words >> 8), words & 0xff, 0x3f, 16 << 3, 0, 0];
    return concatBytes([Uint8Array.from(head), filler(sizeBytes - 8)]);
  };

  it('comes out with dependent frames in the sample of the frame they extend', () => {
    const sequence = [frame(0, 100), frame(1, 40), frame(0, 100), frame(1, 60)];
    const bytes = new TsBuilder()
      .program(EAC3)
      .pes(EAC3.pid, concatBytes(sequence.slice(0, 3)), { pts: 0 })
      .pes(EAC3.pid, sequence[3])
      .build();
    const { samples, configs } = demuxAll(bytes);
    expect(samples.map(({ data }) => data)).toEqual([
      concatBytes(sequence.slice(0, 2)),
      concatBytes(sequence.slice(2)),
    ]);
    expect(samples.map(({ ptsTicks }) => ptsTicks)).toEqual([0, 2880]);
    expect(configs).toMatchObject([
      { codec: 'eac3', channelCount: 6, dolby: { fscod: 0, bsid: 16, acmod: 7, lfeon: true, bitRateKbps: 25 } },
    ]);
  });
});
