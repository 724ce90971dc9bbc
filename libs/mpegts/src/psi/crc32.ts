/** CRC of PSI sections (ISO/IEC 13818-1 Annex A): polynomial 0x04C11DB7, not reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x80000000) !== 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** Over a section including its CRC_32 the result is 0. */
export const crc32Mpeg = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc << 8) ^ TABLE[((crc >>> 24) ^ byte) & 0xff];
  return crc >>> 0;
};
