import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ClipfleetError } from '@clipfleet/contracts';
import type { MediaWindow } from '@clipfleet/ffmpeg';
import { trimEditList } from '@clipfleet/isobmff';

const HEADER_BYTES = 16;

interface TopBox {
  type: string;
  startByte: number;
  endByte: number;
}

/** The bytes of a faststart mp4 or mov whose edit lists show only the window: what lies outside stays in the file, hidden. */
export async function* trimmedFile(path: string, window: MediaWindow): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  let moov: TopBox;
  let moovBytes: Uint8Array;
  try {
    moov = await findMoov(file);
    moovBytes = await readBytes(file, moov.startByte, moov.endByte);
  } finally {
    await file.close();
  }
  if (moov.startByte > 0) yield* createReadStream(path, { end: moov.startByte - 1 }) as AsyncIterable<Uint8Array>;
  yield trimEditList(moovBytes, { ...window, moovFirst: true });
  yield* createReadStream(path, { start: moov.endByte }) as AsyncIterable<Uint8Array>;
}

const readBytes = async (file: FileHandle, startByte: number, endByte: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(endByte - startByte);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, startByte);
  return bytes.subarray(0, bytesRead);
};

/** ISO/IEC 14496-12 §4.2: size, type, and a 64-bit size when the first is 1. */
const findMoov = async (file: FileHandle): Promise<TopBox> => {
  for (let startByte = 0; ;) {
    const header = await readBytes(file, startByte, startByte + HEADER_BYTES);
    if (header.length < 8) break;
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const shortSize = view.getUint32(0);
    const sizeBytes = shortSize === 1 ? Number(view.getBigUint64(8)) : shortSize;
    const type = String.fromCharCode(...header.subarray(4, 8));
    if (type === 'moov') return { type, startByte, endByte: startByte + sizeBytes };
    if (sizeBytes < 8) break;
    startByte += sizeBytes;
  }
  throw new ClipfleetError('transcode-failed', 'ffmpeg wrote a file without a moov box.');
};
