import { inflateRawSync } from 'node:zlib';

/** PKWARE APPNOTE 4.3.16, 4.3.12, 4.3.7. */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** The bytes of one file of a zip (neither encrypted nor larger than 4 GB). */
export const readZipEntry = (zip: Buffer, name: string): Buffer => {
  const { offset, count } = directoryOf(zip);
  let at = offset;
  for (let n = 0; n < count; n++) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`no directory entry at byte ${at} of the zip`);
    const nameBytes = zip.readUInt16LE(at + 28);
    const entryName = zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    if (entryName === name) return contentOf(zip, at);
    // 4.3.12: name, extra field, comment
    at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the zip has no ${name}`);
};

const directoryOf = (zip: Buffer): { offset: number; count: number } => {
  // behind it stands only a comment
  for (let at = zip.length - END_BYTES; at >= 0; at--) {
    if (zip.readUInt32LE(at) !== END_OF_DIRECTORY) continue;
    return { count: zip.readUInt16LE(at + 10), offset: zip.readUInt32LE(at + 16) };
  }
  throw new Error('this is not a zip');
};

const contentOf = (zip: Buffer, entryAt: number): Buffer => {
  const method = zip.readUInt16LE(entryAt + 10);
  const compressedBytes = zip.readUInt32LE(entryAt + 20);
  const localAt = zip.readUInt32LE(entryAt + 42);
  // the local header has an extra field of its own length
  const dataAt = localAt + LOCAL_BYTES + zip.readUInt16LE(localAt + 26) + zip.readUInt16LE(localAt + 28);
  const data = zip.subarray(dataAt, dataAt + compressedBytes);
  if (method === STORED) return Buffer.from(data);
  if (method === DEFLATED) return inflateRawSync(data);
  throw new Error(`compression method ${method} is not known`);
};
