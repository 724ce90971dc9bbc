import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedDirectory } from './cached-directory.js';
import { cueSection, subtitlePes, teletextPes, withSection } from './other-units.js';
import type { Recording } from './recording.js';

const PACKET_BYTES = 188;
const PAYLOAD_BYTES = PACKET_BYTES - 4;
/** As ffmpeg numbers them. */
const [PMT_PID, VIDEO_PID] = [0x1000, 0x100];
export const OTHER_PIDS = { teletext: 0x200, subtitles: 0x201, cues: 0x202 } as const;
/** Units of teletext and of subtitles are so far apart; a cue comes with each segment, and speaks of a second later. */
export const UNIT_STEP_TICKS = 45_000;
export const CUE_LEAD_TICKS = 90_000;

/** The same HLS recording with three streams more that are neither video nor audio, in PES and in sections of their own. */
export const withOtherStreams = async (recording: Recording): Promise<Recording> => {
  const parent = await cachedDirectory(['other-streams', 1, recording.directory], async (target) => {
    const directory = path.join(target, 'media');
    await mkdir(directory);
    await writeFile(path.join(directory, recording.playlist), await readFile(recording.playlistPath));
    const counters = new Map<number, number>();
    for (const { uri } of recording.segments) {
      const bytes = await readFile(path.join(recording.directory, uri));
      await writeFile(path.join(directory, uri), withUnits(bytes, counters));
    }
  });
  const directory = path.join(parent, 'media');
  return { ...recording, directory, playlistPath: path.join(directory, recording.playlist) };
};

const withUnits = (segment: Buffer, counters: Map<number, number>): Buffer => {
  const packets: Buffer[] = [];
  let startTicks: number | undefined;
  let dueTicks = 0;
  for (let at = 0; at < segment.length; at += PACKET_BYTES) {
    const packet = segment.subarray(at, at + PACKET_BYTES);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    const begins = (packet[1] & 0x40) !== 0;
    if (pid === PMT_PID && begins) packets.push(withEntries(packet));
    else packets.push(packet);
    if (pid !== VIDEO_PID || !begins) continue;
    const ticks = ptsOf(packet);
    if (startTicks === undefined) {
      startTicks = dueTicks = ticks;
      packets.push(...packetsOf(OTHER_PIDS.cues, withSection(cueSection(ticks + CUE_LEAD_TICKS)), counters));
    }
    for (; ticks >= dueTicks; dueTicks += UNIT_STEP_TICKS) {
      packets.push(...packetsOf(OTHER_PIDS.teletext, teletextPes(dueTicks), counters));
      packets.push(...packetsOf(OTHER_PIDS.subtitles, subtitlePes(dueTicks), counters));
    }
  }
  return Buffer.concat(packets);
};

/** Of the PES that begins in a packet. */
export const ptsOf = (packet: Buffer): number => {
  const at = ((packet[3] & 0x20) === 0 ? 4 : 5 + packet[4]) + 9;
  return (
    ((packet[at] >> 1) & 7) * 2 ** 30 +
    (packet.readUInt16BE(at + 1) >> 1) * 2 ** 15 +
    (packet.readUInt16BE(at + 3) >> 1)
  );
};

const entry = (pid: number, type: number, descriptors: number[]): number[] => [
  ...[type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, descriptors.length, ...descriptors],
];

/** The program map (ISO/IEC 13818-1 §2.4.4.8) in a packet of its own, with three entries more. */
const withEntries = (packet: Buffer): Buffer => {
  const from = 5 + packet[4];
  const length = packet.readUInt16BE(from + 1) & 0xfff;
  const programInfoBytes = packet.readUInt16BE(from + 10) & 0xfff;
  const streamsFrom = from + 12 + programInfoBytes;
  const registration = [0x05, 4, ...Buffer.from('CUEI')];
  const section = [
    ...packet.subarray(from, from + 10),
    ...[0xf0, programInfoBytes + registration.length],
    ...[...packet.subarray(from + 12, streamsFrom), ...registration],
    ...packet.subarray(streamsFrom, from + 3 + length - 4),
    // ETSI EN 300 468 §6.2.43: language, a first page of subtitles (type 2), magazine 0 (that is 8), page 88
    ...entry(OTHER_PIDS.teletext, 0x06, [0x56, 5, ...Buffer.from('deu'), 0x10, 0x88]),
    // §6.2.41: language, type, composition and ancillary page
    ...entry(OTHER_PIDS.subtitles, 0x06, [0x59, 8, ...Buffer.from('deu'), 0x10, 0, 1, 0, 1]),
    // SCTE 35 §8.1
    ...entry(OTHER_PIDS.cues, 0x86, []),
  ];
  const made = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.copy(made, 0, 0, 4);
  made.set(withSection(section), 4);
  return made;
};

const packetsOf = (pid: number, unit: Uint8Array, counters: Map<number, number>): Buffer[] => {
  const packets: Buffer[] = [];
  for (let at = 0; at < unit.length; at += PAYLOAD_BYTES) {
    const payload = unit.subarray(at, at + PAYLOAD_BYTES);
    const counter = ((counters.get(pid) ?? 15) + 1) & 15;
    counters.set(pid, counter);
    const packet = Buffer.alloc(PACKET_BYTES, 0xff);
    const stuffing = PAYLOAD_BYTES - payload.length;
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, (stuffing > 0 ? 0x30 : 0x10) | counter]);
    if (stuffing > 0) packet[4] = stuffing - 1;
    if (stuffing > 1) packet[5] = 0;
    packet.set(payload, PACKET_BYTES - payload.length);
    packets.push(packet);
  }
  return packets;
};
