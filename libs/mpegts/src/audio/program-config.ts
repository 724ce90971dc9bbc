import { BitReader } from '../video/bit-reader.js';

const PCE_ELEMENT_ID = 5;

/**
 * Channels that the program_config_element at the start of a raw data block tells of (ISO/IEC 14496-3 §4.4.1.1); 0: the block
 * begins with something else.
 */
export const programConfigChannels = (rawDataBlock: Uint8Array): number => {
  const reader = new BitReader(rawDataBlock);
  if (reader.bits(3) !== PCE_ELEMENT_ID) return 0;
  reader.skip(4 + 2 + 4); // tag, profile, frequency
  const elementCounts = [reader.bits(4), reader.bits(4), reader.bits(4)]; // front, side, back
  const lfeCount = reader.bits(2);
  reader.skip(3 + 4); // associated data, coupling
  for (const mixdownBits of [4, 4, 3]) if (reader.flag()) reader.skip(mixdownBits);
  let channelCount = lfeCount;
  for (let left = elementCounts.reduce((sum, count) => sum + count, 0); left > 0; left--) {
    channelCount += reader.flag() ? 2 : 1;
    reader.skip(4);
  }
  return reader.position > rawDataBlock.length * 8 ? 0 : channelCount;
};
