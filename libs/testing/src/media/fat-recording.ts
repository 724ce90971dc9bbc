import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedDirectory } from './cached-directory.js';
import type { Recording } from './recording.js';

const PACKET_BYTES = 188;

/**
 * The same recording with every segment filled up to `segmentBytes` by null packets (PID 0x1FFF, ISO/IEC 13818-1 §2.4.3.3):
 * as large as a real one for all that counts bytes (parts, ranges, copies inside the store), and as quick to make as a small one.
 */
export const fattened = async (recording: Recording, segmentBytes: number): Promise<Recording> => {
  const names = [recording.playlist, ...recording.segments.map(({ uri }) => uri)];
  const parent = await cachedDirectory(['fat', 1, recording.directory, segmentBytes], async (target) => {
    const directory = path.join(target, 'media');
    await mkdir(directory);
    for (const name of names) {
      const bytes = await readFile(path.join(recording.directory, name));
      await writeFile(path.join(directory, name), name.endsWith('.ts') ? filled(bytes, segmentBytes) : bytes);
    }
  });
  const directory = path.join(parent, 'media');
  return { ...recording, directory, playlistPath: path.join(directory, recording.playlist) };
};

const filled = (bytes: Buffer, segmentBytes: number): Buffer => {
  const missing = Math.ceil((segmentBytes - bytes.length) / PACKET_BYTES);
  const nullPacket = Buffer.alloc(PACKET_BYTES, 0xff).fill(Buffer.from([0x47, 0x1f, 0xff, 0x10]), 0, 4);
  return Buffer.concat([bytes, ...Array.from({ length: Math.max(0, missing) }, () => nullPacket)]);
};
