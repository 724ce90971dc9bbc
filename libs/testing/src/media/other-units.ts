/** ISO/IEC 13818-1 Annex A. */
const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
};

/** The payload of a packet with one section, whose length and CRC are filled in; the rest of the packet is stuffing. */
export const withSection = (section: readonly number[]): Uint8Array => {
  const bytes = Buffer.from([...section, 0, 0, 0, 0]);
  bytes.writeUInt16BE((bytes.readUInt16BE(1) & 0xf000) | (bytes.length - 3), 1);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return Buffer.concat([Buffer.of(0), bytes, Buffer.alloc(183 - bytes.length, 0xff)]);
};

const stampOf = (ticks: number): number[] => {
  const [high, middle, low] = [Math.floor(ticks / 2 ** 30) & 7, Math.floor(ticks / 2 ** 15) & 0x7fff, ticks % 2 ** 15];
  return [0x21 | (high << 1), middle >> 7, ((middle & 0x7f) << 1) | 1, low >> 7, ((low & 0x7f) << 1) | 1];
};

/** private_stream_1, aligned, with a PTS. */
const privatePes = (ticks: number, headerDataBytes: number, data: readonly number[]): Uint8Array => {
  const stuffing = Array<number>(headerDataBytes - 5).fill(0xff);
  const length = 3 + headerDataBytes + data.length;
  const head = [0, 0, 1, 0xbd, length >> 8, length & 0xff, 0x84, 0x80, headerDataBytes];
  return Uint8Array.from([...head, ...stampOf(ticks), ...stuffing, ...data]);
};

/** Three lines of page 888 (ETSI EN 300 472 §4.2: the header is 45 bytes, the whole a multiple of 184). */
export const teletextPes = (ticks: number): Uint8Array => {
  const line = (index: number): number[] => [
    0x03,
    0x2c,
    0xe0 | (7 + index),
    0xe4,
    ...Array<number>(42).fill(0x15 + index),
  ];
  return privatePes(ticks, 0x24, [0x10, ...line(0), ...line(1), ...line(2)]);
};

/** An empty page, and stuffing that makes it longer than a packet (ETSI EN 300 743 §7.2). */
export const subtitlePes = (ticks: number): Uint8Array => {
  const segment = (type: number, data: readonly number[]): number[] => [
    ...[0x0f, type, 0, 1, data.length >> 8, data.length & 0xff, ...data],
  ];
  const page = [...segment(0x10, [5, 0x08]), ...segment(0xff, Array<number>(300).fill(0)), ...segment(0x80, [])];
  return privatePes(ticks, 5, [0x20, 0x00, ...page, 0xff]);
};

/** splice_insert at a time (SCTE 35 §9.6, §9.7.3), as a section without its CRC. */
export const cueSection = (ticks: number): number[] => {
  const time = [0xfe | (Math.floor(ticks / 2 ** 32) & 1), ...[24, 16, 8, 0].map((shift) => (ticks >>> shift) & 0xff)];
  // event 1, not cancelled; out of network, of the whole program, at a time; then program, avail and avails expected
  const command = [0, 0, 0, 1, 0x7f, 0xcf, ...time, 0, 1, 0, 0];
  return [
    0xfc,
    0x30,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0xff,
    0xf0 | (command.length >> 8),
    command.length,
    0x05,
    ...command,
    0,
    0,
  ];
};

/** When the cue in a packet is due: its time and what whoever moved the clock has added (§9.6.1), modulo 2^33. */
export const cueTicks = (packet: Uint8Array): number => {
  const bytes = Buffer.from(packet);
  const section = bytes.subarray(5 + bytes[4]);
  const length = section.readUInt16BE(1) & 0xfff;
  if (section[0] !== 0xfc || crc32(section.subarray(0, length + 3)) !== 0) throw new Error('no whole cue');
  const adjustment = (section[4] & 1) * 2 ** 32 + section.readUInt32BE(5);
  const time = (section[20] & 1) * 2 ** 32 + section.readUInt32BE(21);
  return (adjustment + time) % 2 ** 33;
};
