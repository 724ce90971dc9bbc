import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExportResource } from '@clipfleet/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fattened } from '../media/fat-recording.js';
import { makeRecording } from '../media/make-recording.js';
import { CUE_LEAD_TICKS, OTHER_PIDS, ptsOf, UNIT_STEP_TICKS, withOtherStreams } from '../media/other-streams.js';
import { cueTicks } from '../media/other-units.js';
import { copyComplaints, decodeComplaints, ffprobeFile, ffprobePackets } from '../media/probe.js';
import type { Recording } from '../media/recording.js';
import { walkTransportStream } from '../media/walk-transport-stream.js';
import { nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

const MIB = 1024 * 1024;
const CODECS = ['h264', 'aac', 'dvb_teletext', 'dvb_subtitle', 'scte_35'];
const TICKS_PER_MS = 90;
/** From 1.2 s into the second segment to 0.7 s into the last one of the first run. */
const [START_MS, END_MS] = [3_200, 8_700];

let fleet: Fleet;
let one: Recording;
let two: Recording;
beforeAll(async () => {
  const options = { durationSeconds: 10 };
  // large enough to be copied inside the store
  one = await fattened(await withOtherStreams(await makeRecording(options)), 6 * MIB);
  two = await withOtherStreams(await makeRecording({ durationSeconds: 6, laterRuns: [{ ptsOffsetSeconds: 300 }] }));
  fleet = await openFleet();
});
afterAll(() => fleet?.close());

type Output = Parameters<typeof nativeRequest>[3];
type Range = Parameters<typeof nativeRequest>[2];

const make = async (
  recording: Recording,
  range: Range,
  output: Output,
): Promise<{ file: string; result: NonNullable<ExportResource['result']> }> => {
  const at = fleet.fileStore;
  const request = nativeRequest(at, await fleet.upload(at, recording), range, output);
  const { state, result, destination } = await untilExport(fleet, (await submit(fleet, request)).id);
  expect(state).toBe('completed');
  return { file: await fleet.download(at, destination.key), result: result! };
};

const joined = ({ directory, segments }: Recording): Promise<Buffer> =>
  Promise.all(segments.map(({ uri }) => readFile(path.join(directory, uri)))).then((all) => Buffer.concat(all));

const packetsOf = (bytes: Buffer, pid: number): Buffer[] => {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 188) {
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) === pid) packets.push(bytes.subarray(at, at + 188));
  }
  return packets;
};

/** Read from the packets: ffmpeg makes times of its own for teletext. */
const timesOf = (bytes: Buffer, pid: number): number[] =>
  packetsOf(bytes, pid)
    .filter((packet) => (packet[1] & 0x40) !== 0)
    .map(ptsOf);
const unitsFrom = (startTicks: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => startTicks + index * UNIT_STEP_TICKS);

const codecsOf = async (file: string): Promise<string[]> =>
  (await ffprobeFile(file)).streams.map(({ codecName }) => codecName);
const keyframesOf = async (file: string): Promise<number[]> =>
  (await ffprobePackets(file, 'v:0')).flatMap(({ flags, pts }) => (flags.startsWith('K') ? [pts!] : []));
const whole: Range = { kind: 'whole' };

describe('teletext, subtitles and cues of a recording', () => {
  it('are what others see in it, too', async () => {
    expect(await codecsOf(path.join(one.directory, one.segments[0].uri))).toEqual(CODECS);
  });

  it('are in a ts whose segments are copied inside the store', async () => {
    const { file, result } = await make(one, whole, { container: 'ts' });
    expect(result.storeCopyBytes).toBeGreaterThan(0);
    expect(Buffer.compare(await readFile(file), await joined(one))).toBe(0);
    expect(await codecsOf(file)).toEqual(CODECS);
  });

  it('are in a ts that is cut: units from the keyframe to the end, and cues where the packets are', async () => {
    const range = { kind: 'from-start', startMs: START_MS, durationMs: END_MS - START_MS } as const;
    const { file, result } = await make(one, range, { container: 'ts', cutMode: 'keyframe' });
    expect(result.storeCopyBytes).toBeGreaterThan(0);
    expect(await codecsOf(file)).toEqual(CODECS);
    const [keyframe] = await keyframesOf(file);
    const endTicks = keyframe + (END_MS - 2_000) * TICKS_PER_MS;
    const made = await readFile(file);
    const units = unitsFrom(keyframe, Math.ceil((endTicks - keyframe) / UNIT_STEP_TICKS));
    for (const pid of [OTHER_PIDS.teletext, OTHER_PIDS.subtitles]) expect(timesOf(made, pid)).toEqual(units);
    const cues = packetsOf(made, OTHER_PIDS.cues).map(cueTicks);
    expect(cues).toEqual((await keyframesOf(file)).slice(0, 4).map((ticks) => ticks + CUE_LEAD_TICKS));
    expect(await decodeComplaints(file)).toBe('');
    expect(walkTransportStream(made).continuityErrors).toBe(0);
  });

  it('go on with the clock of a ts that is rewritten over a discontinuity', async () => {
    const { file, result } = await make(two, whole, { container: 'ts' });
    expect(result.storeCopyBytes).toBe(0);
    expect(await codecsOf(file)).toEqual(CODECS);
    expect(await copyComplaints(file)).toBe('');
    const source = await joined(two);
    const made = await readFile(file);
    const keyframes = await keyframesOf(file);
    for (const pid of [OTHER_PIDS.teletext, OTHER_PIDS.subtitles]) {
      const perSegment = timesOf(source, pid).length / two.segments.length;
      expect(timesOf(made, pid)).toEqual(keyframes.flatMap((ticks) => unitsFrom(ticks, perSegment)));
      expect(packetsOf(made, pid)).toHaveLength(packetsOf(source, pid).length);
    }
    expect(packetsOf(made, OTHER_PIDS.cues).map(cueTicks)).toEqual(keyframes.map((ticks) => ticks + CUE_LEAD_TICKS));
    expect(walkTransportStream(made)).toMatchObject({ continuityErrors: 0, discontinuities: 0 });
  });

  it.each(['mp4', 'mov'] as const)('are left out of an %s, by name', async (container) => {
    const { file, result } = await make(two, whole, { container });
    expect(await codecsOf(file)).toEqual(['h264', 'aac']);
    expect(result.warnings).toContainEqual(
      expect.objectContaining({
        code: 'streams-dropped',
        message: expect.stringMatching(/teletext.*dvb-subtitle.*scte35/),
      }),
    );
    expect(await decodeComplaints(file)).toBe('');
  });
});

describe('video and sound that only ffmpeg reads', () => {
  const foreign = { videoCodec: 'mpeg4', bFrames: 0, audio: [{ codec: 'opus' }] } as const;
  const encoded = { codec: { kind: 'transcode', profile: 'h264-360p' } } as const;

  it.each([
    ['MPEG-4 part 2 and Opus, copied', foreign, {}, ['mpeg4', 'opus'], []],
    ['MPEG-4 part 2 and Opus, encoded', foreign, encoded, ['h264', 'aac'], []],
    ['LATM named ADTS', { audio: [{ codec: 'latm-as-adts' }] }, {}, ['h264', 'aac'], ['transcoded']],
    ['four channels of AAC', { audio: [{ codec: 'aac-quad' }] }, {}, ['h264', 'aac'], []],
  ] as const)('are in an mp4: %s', async (_name, options, output, codecs, warnings) => {
    const recording = await makeRecording({ durationSeconds: 4, ...options });
    const { file, result } = await make(recording, whole, { container: 'mp4', ...output });
    expect(await codecsOf(file)).toEqual(codecs);
    expect(result.warnings.map(({ code }) => code)).toEqual(warnings);
    expect(await ffprobePackets(file, 'v:0')).toHaveLength(120);
    expect((await ffprobePackets(file, 'a:0')).length).toBeGreaterThan(180);
    expect(await decodeComplaints(file)).toBe('');
  });
});
