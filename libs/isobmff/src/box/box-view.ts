import { IsobmffError } from '../isobmff-error.js';

/** Where a box lies in the bytes it was found in. */
export interface BoxView {
  readonly type: string;
  /** From the top, such as `moov/trak[1]/tkhd`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly startByte: number;
  /** First byte after size, type and largesize. */
  readonly bodyByte: number;
  readonly endByte: number;
}

interface Region {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly startByte: number;
  readonly endByte: number;
}

const latin1 = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function readHeader(region: Region, at: number): Omit<BoxView, 'path'> {
  const { bytes, endByte } = region;
  const place = { boxPath: region.path, byteOffset: at };
  if (endByte - at < 8) throw new IsobmffError('box-truncated', 'less than a box header is left', place);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const type = latin1(bytes, at + 4);
  let sizeBytes = view.getUint32(at);
  let headerBytes = 8;
  // ISO/IEC 14496-12 §4.2: 1 announces a 64-bit largesize, 0 a box up to the end.
  if (sizeBytes === 1) {
    if (endByte - at < 16) throw new IsobmffError('box-truncated', `${type} ends inside its largesize`, place);
    headerBytes = 16;
    sizeBytes = Number(view.getBigUint64(at + 8));
  } else if (sizeBytes === 0) sizeBytes = endByte - at;
  if (sizeBytes < headerBytes) throw new IsobmffError('box-size-invalid', `${type} has the size ${sizeBytes}`, place);
  if (sizeBytes > endByte - at) {
    throw new IsobmffError('box-truncated', `${type} of ${sizeBytes} bytes leaves its container`, place);
  }
  return { type, bytes, startByte: at, bodyByte: at + headerBytes, endByte: at + sizeBytes };
}

function walk(region: Region): BoxView[] {
  const found: BoxView[] = [];
  const seen = new Map<string, number>();
  for (let at = region.startByte; at < region.endByte;) {
    const box = readHeader(region, at);
    const index = seen.get(box.type) ?? 0;
    seen.set(box.type, index + 1);
    const name = index === 0 ? box.type : `${box.type}[${index}]`;
    found.push({ ...box, path: region.path === '' ? name : `${region.path}/${name}` });
    at = box.endByte;
  }
  return found;
}

/** The boxes one after another in `bytes`: of a file, or of a `moov` alone. */
export const topBoxes = (bytes: Uint8Array): BoxView[] =>
  walk({ path: '', bytes, startByte: 0, endByte: bytes.length });

/** The boxes inside a box; `skipBytes` steps over its own fields. */
export const childBoxes = (box: BoxView, skipBytes = 0): BoxView[] => {
  const startByte = box.bodyByte + skipBytes;
  if (startByte > box.endByte) {
    throw new IsobmffError('box-truncated', `${box.type} ends inside its fields`, {
      boxPath: box.path,
      byteOffset: box.endByte,
    });
  }
  return walk({ path: box.path, bytes: box.bytes, startByte, endByte: box.endByte });
};

/** The first box at a path below `box`, such as `mdia/minf/stbl`. */
export function findBox(box: BoxView, path: string): BoxView | undefined {
  let current: BoxView | undefined = box;
  for (const type of path.split('/')) {
    current = childBoxes(current).find((child) => child.type === type);
    if (current === undefined) return undefined;
  }
  return current;
}

export function requireBox(box: BoxView, path: string): BoxView {
  const found = findBox(box, path);
  if (found !== undefined) return found;
  throw new IsobmffError('box-missing', `there is no ${path}`, { boxPath: box.path, byteOffset: box.startByte });
}

export function requireTopBox(bytes: Uint8Array, type: string): BoxView {
  const found = topBoxes(bytes).find((box) => box.type === type);
  if (found !== undefined) return found;
  throw new IsobmffError('box-missing', `there is no ${type}`, { boxPath: '', byteOffset: 0 });
}

/** The box's bytes, header included. */
export const boxBytes = (box: BoxView): Uint8Array => box.bytes.subarray(box.startByte, box.endByte);
