import { adtsFrame } from './es-samples.js';
import { demuxAll } from './collect.js';
import { pesPacket } from './ts-builder.js';
import { concatBytes } from '../bytes.js';

/** Odd, so that frames and packets never meet. */
const CHUNK_BYTES = 1461;

/**
 * The same recording with its audio (AAC only in mono) cut into PES without regard to frames, and these spread late among the video packets, as
 * some encoders do. A PES in which no frame commences has no time.
 */
export const repackAudio = (bytes: Uint8Array, audioPid: number): Uint8Array => {
  const { samples: frames, configs } = demuxAll(bytes, { pids: [audioPid] });
  const isAac = configs.some(({ codec }) => codec === 'aac');
  const units = frames.map(({ data }) => (isAac ? adtsFrame(data, { channels: 1 }) : data));
  const starts = units.map((_, index) => units.slice(0, index).reduce((sum, unit) => sum + unit.length, 0));
  const stream = concatBytes(units);
  const audio: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) {
    const first = starts.findIndex((start) => start >= at && start < at + CHUNK_BYTES);
    const options = first < 0 ? {} : { pts: frames[first].ptsTicks };
    audio.push(...packetsOf(audioPid, pesPacket(stream.subarray(at, at + CHUNK_BYTES), options), audio.length));
  }
  return interleave(bytes, audioPid, audio);
};

const packetsOf = (pid: number, pes: Uint8Array, firstCounter: number): Uint8Array[] => {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < pes.length; at += 184) {
    const payload = pes.subarray(at, at + 184);
    const packet = new Uint8Array(188).fill(0xff);
    const stuffing = 184 - payload.length;
    const control = (stuffing > 0 ? 0x30 : 0x10) | ((firstCounter + packets.length) & 0x0f);
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, control]);
    if (stuffing > 0) packet[4] = stuffing - 1;
    if (stuffing > 1) packet[5] = 0;
    packet.set(payload, 188 - payload.length);
    packets.push(packet);
  }
  return packets;
};

const interleave = (bytes: Uint8Array, audioPid: number, audio: Uint8Array[]): Uint8Array => {
  const others: Uint8Array[] = [];
  for (let at = 0; at + 188 <= bytes.length; at += 188) {
    const pid = ((bytes[at + 1] & 0x1f) << 8) | bytes[at + 2];
    if (pid !== audioPid) others.push(bytes.subarray(at, at + 188));
  }
  const mixed = others.flatMap((packet, index) => {
    const from = Math.floor((index * audio.length) / others.length);
    const to = Math.floor(((index + 1) * audio.length) / others.length);
    return [packet, ...audio.slice(from, to)];
  });
  return concatBytes(mixed);
};
