import { unescape } from './bit-reader.js';

const RECOVERY_POINT = 6;

/** Whether an H.264 SEI NAL unit holds a recovery point message (ITU-T H.264 §D.1.8): decoding may start here. */
export const hasRecoveryPoint = (nal: Uint8Array): boolean => {
  const rbsp = unescape(nal.subarray(1));
  let at = 0;
  // The last byte holds the trailing bits.
  while (at + 2 < rbsp.length) {
    let type = 0;
    while (rbsp[at] === 0xff) type += rbsp[at++];
    type += rbsp[at++];
    if (type === RECOVERY_POINT) return true;
    let size = 0;
    while (rbsp[at] === 0xff) size += rbsp[at++];
    size += rbsp[at++];
    at += size;
  }
  return false;
};
