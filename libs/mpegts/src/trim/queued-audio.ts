import type { AudioSyntax } from '../audio/audio-syntax.js';
import { AudioTimes } from '../audio/audio-times.js';
import { walkFrames } from '../audio/walk-frames.js';
import { concatBytes } from '../bytes.js';
import { parsePesHeader, type PesHeader } from '../es/pes-header.js';
import { continuityOf, hasPayload, isScrambled, PACKET_BYTES, payloadOffset } from '../packet/packet.js';
import type { PesRecord } from '../probe/pes-tracker.js';
import type { QueuedPackets } from './packet-queue.js';

/** A packet where it lies in a chunk. */
export interface PlacedPacket {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly positionBytes: number;
}

/** A PES as far as its packets are in the queue. */
export interface QueuedPes {
  readonly record: PesRecord;
  readonly packets: readonly PlacedPacket[];
  /** Header and payload; nothing beyond the length that the header tells. */
  readonly bytes: Uint8Array;
  /** Undefined: not there yet, or none. */
  readonly header: PesHeader | undefined;
  readonly payload: Uint8Array;
  /** All of its payload is there. */
  readonly isWhole: boolean;
}

export interface PesFrame {
  /** From the start of the PES's payload. */
  readonly at: number;
  /** Undefined: before the first stamp. */
  readonly ticks: number | undefined;
  /** Belongs to the frame before it. */
  readonly dependent: boolean;
}

/** The audio frames that commence in a PES, as far as what is queued tells. */
export interface PesSurvey {
  readonly pes: QueuedPes;
  readonly frames: readonly PesFrame[];
  /** No other frame commences in it. */
  readonly isComplete: boolean;
  /** When the next frame behind them is due. */
  readonly nextTicks: number | undefined;
}

export interface SurveyOptions {
  readonly syntax: AudioSyntax;
  /** When the first frame that commences in the PES is due, if it has no stamp. */
  readonly dueTicks: number | undefined;
  /** Nothing that could tell more will come. */
  readonly isFinal: boolean;
}

/** So many packets behind a PES are looked at for the frames that straddle its end: more than two of the longest. */
const MAX_PACKETS_BEHIND = 400;

/** Surveys the PES at the head of the queue. `packets`: of its stream, from its first one on. */
export const surveyPes = (packets: Iterable<QueuedPackets>, options: SurveyOptions): PesSurvey => {
  const [pes, ...others] = assemble(packets, options.isFinal);
  const { syntax, dueTicks, isFinal } = options;
  const bytes = concatBytes([pes.payload, ...others.map(({ payload }) => payload)]);
  const walked = walkFrames(bytes, syntax, isFinal);
  const times = new AudioTimes();
  const firstTicks = pes.record.ptsTicks ?? dueTicks;
  if (firstTicks !== undefined) times.stamp(firstTicks);
  const frames: PesFrame[] = [];
  for (const { at, header } of walked.frames) {
    if (at >= pes.payload.length) break;
    frames.push({ at, ticks: times.nextTicks, dependent: header.dependent });
    if (!header.dependent) times.advance(header.sampleCount, header.sampleRateHz);
  }
  const isComplete = pes.isWhole && walked.knownBytes >= pes.payload.length;
  return { pes, frames, isComplete, nextTicks: times.nextTicks };
};

const assemble = (entries: Iterable<QueuedPackets>, isFinal: boolean): QueuedPes[] => {
  const groups: { record: PesRecord; packets: PlacedPacket[] }[] = [];
  let behind = 0;
  for (const { record, bytes, from, to, positionBytes } of entries) {
    if (record === undefined) continue;
    let group = groups.at(-1);
    if (group?.record !== record) groups.push((group = { record, packets: [] }));
    for (let at = from; at < to; at += PACKET_BYTES) {
      if (groups.length > 1 && ++behind > MAX_PACKETS_BEHIND) break;
      group.packets.push({ bytes, at, positionBytes: positionBytes + at - from });
    }
    if (behind > MAX_PACKETS_BEHIND) break;
  }
  return groups.map(({ record, packets }, index) => pesOf(record, packets, isFinal || index + 1 < groups.length));
};

const pesOf = (record: PesRecord, packets: readonly PlacedPacket[], isEnded: boolean): QueuedPes => {
  const taken: PlacedPacket[] = [];
  const payloads: Uint8Array[] = [];
  let sizeBytes = 0;
  let header: PesHeader | undefined;
  for (const packet of packets) {
    const wholeBytes = sizeOf(header);
    if (wholeBytes !== undefined && sizeBytes >= wholeBytes) break;
    taken.push(packet);
    if (isRepeated(packet, taken.at(-2)) || isScrambled(packet.bytes, packet.at)) continue;
    const payload = packet.bytes.subarray(payloadOffset(packet.bytes, packet.at), packet.at + PACKET_BYTES);
    payloads.push(payload);
    sizeBytes += payload.length;
    header ??= headerOf(payloads);
  }
  const bytes = concatBytes(payloads).subarray(0, sizeOf(header));
  const payload = header === undefined ? new Uint8Array(0) : bytes.subarray(header.headerBytes);
  const isWhole = isEnded || (header !== undefined && sizeBytes >= (sizeOf(header) ?? Infinity));
  return { record, packets: taken, bytes, header, payload, isWhole };
};

const headerOf = (payloads: readonly Uint8Array[]): PesHeader | undefined => {
  const bytes = concatBytes(payloads);
  const header = parsePesHeader(bytes, 0, bytes.length);
  return typeof header === 'string' ? undefined : header;
};

/** Header and payload; undefined: not told. */
const sizeOf = (header: PesHeader | undefined): number | undefined =>
  header?.payloadBytes === undefined ? undefined : header.headerBytes + header.payloadBytes;

/** ISO/IEC 13818-1 §2.4.3.3: a packet may be sent twice. */
const isRepeated = ({ bytes, at }: PlacedPacket, before: PlacedPacket | undefined): boolean =>
  before !== undefined &&
  hasPayload(bytes, at) &&
  hasPayload(before.bytes, before.at) &&
  continuityOf(bytes, at) === continuityOf(before.bytes, before.at);
