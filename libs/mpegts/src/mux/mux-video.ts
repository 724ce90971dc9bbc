import { concatBytes } from '../bytes.js';
import { PACKET_BYTES, PAT_PID } from '../packet/packet.js';
import { crc32Mpeg } from '../psi/crc32.js';
import { packetize } from './packetize.js';
import { type PictureUnit, videoPes } from './video-pes.js';

const PMT_PID = 0x1000;
const VIDEO_PID = 0x100;
/** ISO/IEC 13818-1 Table 2-34. */
const STREAM_TYPE = { h264: 0x1b, hevc: 0x24 } as const;
const NO_PCR_PID = 0x1fff;

/** A transport stream of one video stream, pictures in decode order, each with its own times. */
export const muxVideo = (codec: keyof typeof STREAM_TYPE, pictures: Iterable<PictureUnit>): Uint8Array => {
  const packets = [
    sectionPacket(PAT_PID, section(0, [0, 1, 0xc1, 0, 0, 0, 1, 0xe0 | (PMT_PID >> 8), PMT_PID & 0xff])),
    sectionPacket(PMT_PID, section(2, pmtBody(STREAM_TYPE[codec]))),
  ];
  let counter = 0;
  for (const picture of pictures) {
    const bytes = packetize(videoPes(picture), { pid: VIDEO_PID, counter, randomAccess: picture.keyframe });
    counter = (counter + bytes.length / PACKET_BYTES) & 15;
    packets.push(bytes);
  }
  return concatBytes(packets);
};

/** ISO/IEC 13818-1 §2.4.4.8. */
const pmtBody = (streamType: number): number[] => [
  ...[0, 1, 0xc1, 0, 0, 0xe0 | (NO_PCR_PID >> 8), NO_PCR_PID & 0xff, 0xf0, 0],
  ...[streamType, 0xe0 | (VIDEO_PID >> 8), VIDEO_PID & 0xff, 0xf0, 0],
];

/** A section with its length and CRC filled in. */
const section = (tableId: number, body: readonly number[]): Uint8Array => {
  const length = body.length + 4;
  const bytes = Uint8Array.from([tableId, 0xb0 | (length >> 8), length & 0xff, ...body, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32Mpeg(bytes.subarray(0, -4)));
  return bytes;
};

const SECTION_ROOM = 184;

const sectionPacket = (pid: number, bytes: Uint8Array): Uint8Array => {
  const unit = new Uint8Array(SECTION_ROOM).fill(0xff);
  unit[0] = 0;
  unit.set(bytes, 1);
  return packetize(unit, { pid, counter: 0 });
};
