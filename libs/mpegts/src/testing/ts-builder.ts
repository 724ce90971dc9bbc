import { concatBytes } from '../bytes.js';
import { PACKET_BYTES } from '../packet/packet.js';
import { crc32Mpeg } from '../psi/crc32.js';
import { writeStamp } from '../rebase/stamps.js';

export const PMT_PID = 0x1000;

export interface StreamEntry {
  pid: number;
  type: number;
  descriptors?: number[];
}

export interface PesOptions {
  pts?: number;
  dts?: number;
  /** PES_packet_length 0: the PES ends where the next one begins. */
  unbounded?: boolean;
  /** Payload bytes of the first packet; the rest of it is stuffing. */
  firstPacketBytes?: number;
}

/** A section with its length and CRC filled in. */
export const section = (tableId: number, body: number[]): Uint8Array => {
  const length = body.length + 4;
  const bytes = Uint8Array.from([tableId, 0xb0 | (length >> 8), length & 0xff, ...body, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32Mpeg(bytes.subarray(0, -4)));
  return bytes;
};

export const patSection = (pmtPid = PMT_PID, version = 0): Uint8Array =>
  section(0, [0, 1, 0xc1 | (version << 1), 0, 0, 0, 1, 0xe0 | (pmtPid >> 8), pmtPid & 0xff]);

export const pmtSection = (streams: StreamEntry[], version = 0): Uint8Array => {
  const pcrPid = streams[0]?.pid ?? 0x1fff;
  const loop = streams.flatMap(({ pid, type, descriptors = [] }) => [
    ...[type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, descriptors.length, ...descriptors],
  ]);
  return section(2, [0, 1, 0xc1 | (version << 1), 0, 0, 0xe0 | (pcrPid >> 8), pcrPid & 0xff, 0xf0, 0, ...loop]);
};

export const pesPacket = (data: Uint8Array, { pts, dts, unbounded = false }: PesOptions): Uint8Array => {
  const stamps = new Uint8Array(pts === undefined ? 0 : dts === undefined ? 5 : 10);
  if (pts !== undefined) {
    stamps[0] = dts === undefined ? 0x20 : 0x30;
    writeStamp(stamps, 0, pts);
  }
  if (dts !== undefined) {
    stamps[5] = 0x10;
    writeStamp(stamps, 5, dts);
  }
  const length = unbounded ? 0 : 3 + stamps.length + data.length;
  const flags = (pts === undefined ? 0 : 0x80) | (dts === undefined ? 0 : 0x40);
  const head = [0, 0, 1, 0xe0, length >> 8, length & 0xff, 0x80, flags, stamps.length];
  return concatBytes([Uint8Array.from(head), stamps, data]);
};

/** Writes transport packets by hand, with continuity counters that go on per PID. */
export class TsBuilder {
  private readonly packets: Uint8Array[] = [];
  private readonly counters = new Map<number, number>();

  get sizeBytes(): number {
    return this.packets.length * PACKET_BYTES;
  }

  program(...streams: StreamEntry[]): this {
    return this.sections(0, patSection()).sections(PMT_PID, pmtSection(streams));
  }

  /** A section from the start of a packet, over as many as it takes. */
  sections(pid: number, ...sections: Uint8Array[]): this {
    const payload = concatBytes([Uint8Array.of(0), ...sections]);
    for (let at = 0; at < payload.length; at += 184) {
      const filled = new Uint8Array(184).fill(0xff);
      filled.set(payload.subarray(at, at + 184));
      this.packet(pid, at === 0, filled);
    }
    return this;
  }

  pes(pid: number, data: Uint8Array, options: PesOptions = {}): this {
    const pes = pesPacket(data, options);
    let at = 0;
    while (at < pes.length) {
      const most = at === 0 ? (options.firstPacketBytes ?? 184) : 184;
      this.packet(pid, at === 0, pes.subarray(at, Math.min(at + most, pes.length)));
      at += most;
    }
    return this;
  }

  /** One packet; a payload below 184 bytes is preceded by stuffing. */
  packet(pid: number, startsUnit: boolean, payload: Uint8Array, continuity?: number): this {
    const counter = continuity ?? ((this.counters.get(pid) ?? 15) + 1) & 15;
    this.counters.set(pid, counter);
    const packet = new Uint8Array(PACKET_BYTES).fill(0xff);
    const stuffing = 184 - payload.length;
    packet.set([0x47, (startsUnit ? 0x40 : 0) | (pid >> 8), pid & 0xff, (stuffing > 0 ? 0x30 : 0x10) | counter]);
    if (stuffing > 0) packet[4] = stuffing - 1;
    if (stuffing > 1) packet[5] = 0;
    packet.set(payload, PACKET_BYTES - payload.length);
    this.packets.push(packet);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.packets.push(bytes);
    return this;
  }

  build(): Uint8Array {
    return concatBytes(this.packets);
  }
}
