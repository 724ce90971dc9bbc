import { concatBytes } from '../bytes.js';
import { continuityOf, hasPayload, hasPcr, PACKET_BYTES, pidOf, startsUnit, SYNC_BYTE } from '../packet/packet.js';
import { packetize, PCR_BYTES, pcrPacket } from './packetize.js';
import { type PictureUnit, videoPes } from './video-pes.js';

/** What becomes of one PES of the video stream. */
export type PictureFate = 'keep' | 'drop' | PictureUnit;

export interface ReplaceOptions {
  readonly videoPid: number;
  /** One for each PES that begins in the bytes, in order. */
  readonly fates: readonly PictureFate[];
}

/** `counted`: a packet of the video stream that its continuity counter counts. */
interface Item {
  readonly bytes: Uint8Array;
  readonly role: 'kept' | 'kept-counted' | 'new';
}

const PCR_OFFSET = 6;

/**
 * Whole packets of a transport stream with some pictures left out or replaced. New packets are counted so that they go on
 * into the ones that stay; program clock references stay in their places, in packets of their own where need be.
 * Undefined: these are no whole packets, or other PES than were told.
 */
export const replacePictures = (bytes: Uint8Array, options: ReplaceOptions): Uint8Array | undefined => {
  const items: Item[] = [];
  let fate: PictureFate = 'keep';
  let pesCount = 0;
  let lastCounter: number | undefined;
  let heldPcr: Uint8Array | undefined;
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    if (bytes[at] !== SYNC_BYTE || at + PACKET_BYTES > bytes.length) return undefined;
    const packet = bytes.subarray(at, at + PACKET_BYTES);
    if (pidOf(packet, 0) !== options.videoPid) {
      items.push({ bytes: packet, role: 'kept' });
      continue;
    }
    if (hasPayload(packet, 0)) lastCounter = continuityOf(packet, 0);
    const begins = startsUnit(packet, 0);
    if (begins) {
      if (pesCount >= options.fates.length) return undefined;
      fate = options.fates[pesCount++];
    }
    if (fate === 'keep') {
      items.push({ bytes: packet, role: hasPayload(packet, 0) ? 'kept-counted' : 'kept' });
      continue;
    }
    if (hasPcr(packet, 0)) heldPcr = packet.slice(PCR_OFFSET, PCR_OFFSET + PCR_BYTES);
    if (begins && fate !== 'drop') {
      items.push({ bytes: unitPackets(fate, options.videoPid, heldPcr), role: 'new' });
      heldPcr = undefined;
    } else if (heldPcr !== undefined && items.some(({ role }) => role === 'new' || role === 'kept-counted')) {
      items.push({ bytes: pcrPacket(options.videoPid, 0, heldPcr), role: 'new' });
      heldPcr = undefined;
    }
  }
  if (pesCount !== options.fates.length) return undefined;
  count(items, lastCounter ?? 0);
  return concatBytes(items.map((item) => item.bytes));
};

const unitPackets = (picture: PictureUnit, pid: number, pcr: Uint8Array | undefined): Uint8Array =>
  packetize(videoPes(picture), { pid, counter: 0, randomAccess: picture.keyframe, ...(pcr && { pcr }) });

/** Gives new packets their continuity counters: on from what stays before them, else back from what follows. */
const count = (items: readonly Item[], lastCounter: number): void => {
  const firstKept = items.findIndex(({ role }) => role === 'kept-counted');
  const leading = firstKept === -1 ? items : items.slice(0, firstKept);
  const next = firstKept === -1 ? lastCounter + 1 : continuityOf(items[firstKept].bytes, 0);
  let counter = next - leading.reduce((sum, item) => sum + (item.role === 'new' ? countedIn(item.bytes) : 0), 0);
  for (const { bytes, role } of items) {
    if (role === 'kept-counted') counter = continuityOf(bytes, 0) + 1;
    if (role !== 'new') continue;
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
      // ISO/IEC 13818-1 §2.4.3.3: a packet without payload repeats the counter before it
      const own = hasPayload(bytes, at) ? counter++ : counter - 1;
      bytes[at + 3] = (bytes[at + 3] & 0xf0) | (own & 15);
    }
  }
};

const countedIn = (bytes: Uint8Array): number => {
  let counted = 0;
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) if (hasPayload(bytes, at)) counted++;
  return counted;
};
