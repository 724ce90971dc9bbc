import type { ByteWriter } from '../bytes/byte-writer.js';

/** No rotation, no scaling: `a b u c d v x y w`, 16.16 and 2.30 (ISO/IEC 14496-12 §8.2.2.2). */
const UNITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

export const UNITY_MATRIX_BYTES = UNITY.length * 4;

export const writeUnityMatrix = (w: ByteWriter): void => {
  for (const element of UNITY) w.u32(element);
};
