import type { ByteRange } from '@clipfleet/object-store';

/** `whole`: no range was asked for, or one that may be ignored. */
export type RequestedRange = 'whole' | 'unsatisfiable' | ByteRange;

/** RFC 9110 §14.1.2. Several ranges, other units and broken syntax are answered with the whole object, as §14.2 allows. */
export const requestedRange = (header: string | undefined, sizeBytes: number): RequestedRange => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return 'whole';
  if (match[1] === '') {
    const lastBytes = Number(match[2]);
    return lastBytes === 0 || sizeBytes === 0 ? 'unsatisfiable' : [Math.max(0, sizeBytes - lastBytes), sizeBytes];
  }
  const startByte = Number(match[1]);
  const endByte = match[2] === '' ? sizeBytes : Math.min(Number(match[2]) + 1, sizeBytes);
  if (match[2] !== '' && Number(match[2]) < startByte) return 'whole';
  return startByte >= sizeBytes ? 'unsatisfiable' : [startByte, endByte];
};
