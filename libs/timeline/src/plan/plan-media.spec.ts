import { describe, expect, it, test } from '@jest/globals';
import type { Plan } from './plan.js';
import { BUILT_IN_PROFILES } from '../edit/encoding.js';
import { planExport } from './plan-export.js';
import type { Output } from '../edit/output.js';
import { type PlanAbilities, type SegmentProbe } from './plan-input.js';
import { codes, indexes, leadOf, mp4, planOf, refusal, streams, wall } from './planned.fixture.js';
import { h264Aac, inputOf, MIB, recording, repeat, type SegmentSketch } from './recording.fixture.js';
import { type RemuxRangeTask, type RenderTask, type TsPartsTask } from './task.js';

describe('a plan of an mp4', () => {
  it('is one remux of the range, its tail, and its program', () => {
    const plan = planOf(repeat(6), { range: wall(7000, 10_000), output: mp4 });
    expect(plan).toMatchObject({ strategy: 'remux-ranges', header: 'none', warnings: [] });
    const [task] = plan.tasks as RemuxRangeTask[];
    expect(task).toMatchObject({
      ...{ kind: 'remux-range', container: 'mp4', cutMode: 'exact', programBase64: 'UEFU', rangeCount: 1 },
      ...{ trimStart: { offsetTicks: 90_000 }, trimEnd: { offsetTicks: 450_000 } },
    });
    expect([indexes(task.pieces), indexes(task.tail)]).toEqual([[1, 2], [3]]);
  });

  it('is merged from several ranges once they are allowed', () => {
    const plan = planOf(repeat(100, { sizeBytes: 8 * MIB }), { output: mp4, limits: { maxRanges: 4 } });
    expect(plan.header).toBe('merge');
    expect(plan.tasks).toHaveLength(4);
  });

  it('has ranges that end one after another, and a first part of a known size, where the store joins them early', () => {
    const sketches = repeat(100, { sizeBytes: 8 * MIB });
    const limits = { maxRanges: 64, idleSlots: 4 };
    const early = planOf(sketches, { output: mp4, limits, abilities: { joinsEarly: true } });
    expect(early.tasks).toHaveLength(32);
    expect(early.firstPartBytes! - 5 * MIB).toBeGreaterThan(100_000);
    const late = planOf(sketches, { output: mp4, limits });
    expect([late.tasks.length, late.firstPartBytes]).toEqual([4, undefined]);
    const small = planOf(repeat(3), { output: mp4, limits, abilities: { joinsEarly: true } });
    expect([small.tasks.length, small.firstPartBytes]).toEqual([1, undefined]);
  });

  describe('whose edges are to be encoded', () => {
    const output = { ...mp4, exact: { by: 'reencode' } } as const;
    const encodes = (plan: Plan) => (plan.tasks as RemuxRangeTask[]).map((task) => task.encodesEdges ?? false);

    it('says so to the ranges that have an edge, and to no other', () => {
      const limits = { maxRanges: 3 };
      const range = wall(7000, 500_000);
      const sketches = repeat(100, { sizeBytes: 8 * MIB });
      expect(encodes(planOf(sketches, { output, limits, range }))).toEqual([true, false, true]);
      expect(encodes(planOf(sketches, { output, limits }))).not.toContain(true);
      expect(encodes(planOf(sketches, { output: mp4, limits, range }))).not.toContain(true);
    });

    test.each([
      ['sound alone', streams(['audio', 'mp2']), [false]],
      ['what is encoded as a whole', streams(['video', 'vc1']), [false]],
    ])('leaves it with %s', (_name, probe, expected) => {
      expect(encodes(planOf(repeat(3), { output, probe, range: wall(1000, 3000) }))).toEqual(expected);
    });

    it('is refused, by name, for a codec whose GOPs cannot be encoded alone', () => {
      const probe = streams(['video', 'mpeg2video'], ['audio', 'mp2']);
      expect(refusal(() => planOf(repeat(3), { output, probe, range: wall(1000, 3000) }))).toMatchObject({
        ...{ code: 'unsupported-source', message: expect.stringContaining('mpeg2video') },
      });
    });
  });

  it('has the edges of a ts encoded, each in numbers of its own', () => {
    const output = { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } } as const;
    const plan = planOf(repeat(12, { sizeBytes: 8 * MIB }), { output, range: wall(7000, 50_000) });
    const tasks = plan.tasks as TsPartsTask[];
    const numbers = tasks.flatMap(({ parts }) => parts.map(({ partNumber }) => partNumber));
    expect([numbers[0], numbers[1]]).toEqual([1, 9]);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect([tasks[0].encodesEdges, tasks.at(-1)!.encodesEdges]).toEqual([true, true]);
    expect(indexes(tasks.at(-1)!.tail!)).toEqual([tasks.at(-1)!.parts.at(-1)!.pieces.at(-1)!.segmentIndex + 1]);
    expect(codes(plan)).toEqual([]);
  });

  it.each<[string, Partial<Output>, Partial<PlanAbilities>, SegmentSketch]>([
    ['for a store that wants parts of one size', {}, { equalParts: true }, {}],
    ['with one clock, by request', { clean: true }, {}, {}],
    ['with one clock, over a discontinuity', {}, {}, { runIndex: 1 }],
  ])('has the edges of a ts encoded %s by one task', (_name, given, abilities, later) => {
    const output = { container: 'ts', cutMode: 'exact', exact: { by: 'reencode' }, ...given } as const;
    const sketches = [...repeat(5, { sizeBytes: 8 * MIB }), ...repeat(7, { sizeBytes: 8 * MIB, ...later })];
    const sketch = { output, abilities, range: wall(7000, 50_000) };
    const plan = planOf(sketches, sketch);
    expect(planOf(sketches, sketch)).toEqual(plan);
    const clean = given.clean === true || later.runIndex !== undefined;
    expect(plan.tasks).toMatchObject([{ encodesEdges: true, tail: [{ segmentIndex: 10 }], ...(clean && { clean }) }]);
    expect((plan.tasks as TsPartsTask[])[0].equalPartBytes).toBeGreaterThanOrEqual(8 * MIB);
  });

  test.each<[string, SegmentProbe[], Plan['strategy'], RenderTask['codec'] | undefined, string[]]>([
    ['HEVC and AC-3', [streams(['video', 'hevc'], ['audio', 'ac3'])], 'remux-ranges', undefined, []],
    ['sound alone', [streams(['audio', 'mp2'])], 'remux-ranges', undefined, []],
    ['MPEG-2', [streams(['video', 'mpeg2video'], ['audio', 'mp2'])], 'remux-ranges', undefined, []],
    ['DTS', [streams(['video', 'h264'], ['audio', 'dts'])], 'render', { kind: 'copy' }, []],
    ['MPEG-1', [streams(['video', 'mpeg1video'], ['audio', 'mp2'])], 'render', { kind: 'copy' }, []],
    ['AAC in LATM', [streams(['video', 'h264'], ['audio', 'aac-latm'])], 'encode-ranges', undefined, ['transcoded']],
    ['nothing known', [streams()], 'render', { kind: 'copy' }, []],
    ['something unknown', [streams(['video', 'h264'], ['unknown', 'private'])], 'render', { kind: 'copy' }, []],
    [
      'a foreign codec',
      [streams(['video', 'vc1'])],
      'render',
      { kind: 'transcode', profile: 'default' },
      ['transcoded'],
    ],
    [
      'sound that does not fit beside video',
      [streams(['video', 'h264'], ['audio', 'aac-latm'])],
      'encode-ranges',
      undefined,
      ['transcoded'],
    ],
    [
      'a data stream',
      [streams(['video', 'h264'], ['other', 'scte35'])],
      'remux-ranges',
      undefined,
      ['streams-dropped'],
    ],
    [
      'a new sample rate in a later run',
      [streams(['audio', 'aac', 48_000]), streams(['audio', 'aac', 44_100])],
      'render',
      { kind: 'transcode', profile: 'default' },
      ['transcoded'],
    ],
    [
      'a track less in a later run',
      [streams(['video', 'h264'], ['audio', 'aac']), streams(['video', 'h264'])],
      'remux-ranges',
      undefined,
      ['tracks-vary'],
    ],
  ])('of %s', (_name, probes, strategy, codec, warnings) => {
    const sketches = probes.map((_probe, runIndex) => ({ runIndex }));
    const plan = planOf(sketches, { output: mp4, probes: probes.map((probe, index) => [index, probe]) });
    expect([plan.strategy, (plan.tasks[0] as RenderTask).codec, codes(plan)]).toEqual([strategy, codec, warnings]);
    expect(plan.reason === undefined).toBe(strategy === 'remux-ranges');
  });

  test.each([
    ['mp4', {}],
    ['mov', {}],
    ['mp4', { codec: { kind: 'transcode', profile: 'default' } }],
    ['ts', { codec: { kind: 'transcode', profile: 'default' } }],
    ['ts', { pipeline: 'single-ffmpeg' }],
  ] as const)(
    'of a codec that changes is refused for %s %j: one ffmpeg would lose what follows',
    (container, output) => {
      const before = streams(['video', 'h264'], ['audio', 'aac']);
      for (const [later, change] of [
        [streams(['video', 'hevc'], ['audio', 'aac']), 'the video codec changes from h264 to hevc'],
        [streams(['video', 'h264'], ['audio', 'mp2']), 'the audio codec changes from aac to mp2'],
      ] as const) {
        const runs = [{ runIndex: 0 }, { runIndex: 1 }];
        const sketch = { output: { container, ...output }, probes: [before, later].map((probe, at) => [at, probe]) };
        const call = (): Plan => planOf(runs, sketch as Parameters<typeof planOf>[1]);
        expect(refusal(call)).toMatchObject({ code: 'unsupported-source', details: { change } });
        expect(planOf(runs, { ...(sketch as object), output: { container: 'ts' } }).strategy).toBe('ts-parts');
      }
    },
  );

  it('tells mov from mp4: what ffmpeg cannot copy into mov is encoded', () => {
    const probe = streams(['video', 'h264'], ['audio', 'opus']);
    expect(planOf([{}], { output: mp4, probe }).tasks[0]).toMatchObject({ codec: { kind: 'copy' } });
    const mov = planOf([{}], { output: { ...mp4, container: 'mov' }, probe });
    expect(mov.tasks).toMatchObject([
      { kind: 'encode-audio', container: 'mov' },
      { kind: 'encode-range', container: 'mov', copiesAudio: false },
    ]);
  });

  it.each([
    [[48_000, undefined, 48_000], 'remux-ranges'],
    [[undefined, 48_000], 'remux-ranges'],
    [[48_000, 44_100], 'encode-ranges'],
    [[48_000, undefined, 44_100], 'encode-ranges'],
    [[undefined, 48_000, 44_100], 'encode-ranges'],
  ])('takes sound that a probe does not tell for no change: sample rates %j', (rates, strategy) => {
    const probes = rates.map((sampleRateHz, at) => {
      const {
        streams: [video, audio],
        ...probe
      } = h264Aac();
      return [at, { ...probe, streams: [video, { ...audio, sampleRateHz }] }] satisfies [number, SegmentProbe];
    });
    const runs = rates.map((_rate, runIndex) => ({ runIndex }));
    expect(planOf(runs, { output: mp4, probes: [...probes] }).strategy).toBe(strategy);
  });

  it('says when not every run was looked into', () => {
    const input = inputOf(recording([{ runIndex: 0 }, { runIndex: 1 }]), { output: mp4 });
    const probes = new Map([[0, h264Aac()]]);
    const plan = planExport({ ...input, clips: [{ ...input.clips[0], probes }] });
    expect(codes(plan)).toEqual(['runs-not-probed']);
  });
});

describe('a plan of encoding', () => {
  test.each<[string, SegmentProbe, string | undefined]>([
    ['teletext', streams(['video', 'h264'], ['other', 'teletext']), 'teletext'],
    ['a second video', streams(['video', 'h264'], ['video', 'h264']), 'Of 2 video tracks'],
    ['nothing', streams(['video', 'h264'], ['audio', 'aac']), undefined],
  ])('says that it leaves out %s', (_name, probe, said) => {
    for (const container of ['ts', 'mp4', 'mov'] as const) {
      for (const pipeline of ['auto', 'single-ffmpeg'] as const) {
        const output = { container, pipeline, codec: { kind: 'transcode', profile: 'default' } } as const;
        const { warnings } = planOf([{}], { output, probe });
        expect(warnings).toEqual(said ? [{ code: 'streams-dropped', message: expect.stringContaining(said) }] : []);
      }
    }
  });

  it('of streams that are not recognised is for one ffmpeg', () => {
    const output = { ...mp4, codec: { kind: 'transcode', profile: 'default' } } as const;
    const plan = planOf([{}], { output, probe: streams(['video', 'h264'], ['unknown', 'private']) });
    expect(plan).toMatchObject({ strategy: 'render', reason: expect.stringContaining('not recognised') });
  });

  it('copies AAC with an element of its own by ffmpeg, and refuses it where that is not at the beginning', () => {
    const withChannels = (channelCount: number): SegmentProbe => ({
      startsWithKeyframe: true,
      streams: [{ kind: 'audio', codec: 'aac-pce', channelCount }],
    });
    expect(planOf([{}], { output: mp4, probe: withChannels(4) })).toMatchObject({
      ...{ strategy: 'render', tasks: [{ codec: { kind: 'copy' } }], fallbacks: ['codec-copied-by-ffmpeg'] },
    });
    expect(refusal(() => planOf([{}], { output: mp4, probe: withChannels(0) }))).toMatchObject({
      ...{ code: 'unsupported-source', details: { codec: 'aac-pce' } },
    });
  });

  it('or of an mp4 is refused by name for what nobody reads', () => {
    const probe = streams(['video', 'h264'], ['audio', 'ac4']);
    for (const output of [mp4, { codec: { kind: 'transcode', profile: 'default' } }] as const) {
      expect(refusal(() => planOf([{}], { output, probe }))).toMatchObject({ details: { codec: 'ac4' } });
    }
    expect(planOf([{}], { output: { container: 'ts' }, probe }).strategy).toBe('ts-parts');
  });

  test.each([
    ['ts', 'auto'],
    ['mp4', 'single-ffmpeg'],
    ['mov', 'single-ffmpeg'],
  ] as const)('of %s by one ffmpeg is one task with the profile asked for', (container, pipeline) => {
    const codec = { kind: 'transcode', profile: 'hevc' } as const;
    const output = { container, codec, pipeline, cutMode: 'exact' } as const;
    const plan = planOf(repeat(3), { range: wall(1000, 3000), output });
    expect(plan).toMatchObject({ strategy: 'render', header: 'none', warnings: [] });
    expect(plan.tasks).toMatchObject([
      {
        ...{ kind: 'render', container, cutMode: 'exact', workBytes: MIB, codec },
        encoding: BUILT_IN_PROFILES['hevc'],
      },
    ]);
    expect((plan.tasks[0] as RenderTask).partBlock).toEqual({ firstPartNumber: 1, partCount: 10_000 });
  });

  test.each([
    ['ts', h264Aac(), 'copy'],
    ['mp4', h264Aac(), 'copy'],
    ['mov', streams(['video', 'vc1']), 'transcode'],
  ] as const)('by one ffmpeg into %s', (container, probe, kind) => {
    const plan = planOf(repeat(3), { output: { container, pipeline: 'single-ffmpeg' }, probe });
    expect(plan).toMatchObject({ strategy: 'render', tasks: [{ kind: 'render', codec: { kind } }] });
    expect(plan.reason).toContain('one ffmpeg');
  });
});

describe('a plan of a picture', () => {
  const image = { container: 'image', imageSize: { width: 320, height: 180 } } as const;

  it('is one task of the piece at that instant and the next', () => {
    const plan = planOf(repeat(6), { range: wall(13_500, 1), output: image });
    expect(plan).toMatchObject({ strategy: 'picture', header: 'none' });
    expect(plan.tasks).toMatchObject([
      {
        ...{ kind: 'picture', trimStart: { offsetTicks: 135_000 }, imageSize: image.imageSize, lead: [] },
        partBlock: { firstPartNumber: 1, partCount: 8 },
      },
    ]);
    expect(indexes((plan.tasks[0] as RenderTask).pieces)).toEqual([2, 3]);
  });

  it('has a lead when the piece does not start on a keyframe', () => {
    const plan = planOf(repeat(6), { range: wall(13_500, 1), output: image, probe: h264Aac(false) });
    expect(indexes(leadOf(plan.tasks[0]))).toEqual([0, 1]);
    expect(plan.warnings).toEqual([]);
  });

  test.each([
    ['gap', { gap: true }],
    ['segment-missing', { sizeBytes: null }],
  ])('is refused as %s where there is nothing to see', (code, sketch) => {
    const call = () => planOf([{}, sketch, {}], { range: wall(6500, 1), output: { ...image, gapPolicy: 'skip' } });
    expect(refusal(call)).toMatchObject({ code });
  });

  it('is refused in a hole of the clock, whatever comes after', () => {
    const call = () => planOf([{}, { jumpMs: 9000 }], { range: wall(7000, 12_000), output: image });
    expect(refusal(call)).toMatchObject({ code: 'gap' });
  });

  it('does not mind a hole after it', () => {
    expect(planOf([{}, { gap: true }, {}], { range: wall(500, 6000), output: image }).strategy).toBe('picture');
  });
});
