import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { makeRecording } from '../../media/make-recording.js';
import { playlistArguments } from '../../media/probe.js';
import { runProgram } from '../../media/run-program.js';
import type { fileClient } from '../file-client.fixture.js';

/** What the documentation's requests name: playlists with their segments, an mp4, a category. */
export interface MediaFiles {
  m3u8: string;
  mp4: string;
  mp4Bytes: Uint8Array<ArrayBuffer>;
  category: string;
  durationSeconds: number;
}

/** Uploaded as a client would. */
export const uploadMediaFiles = async (client: ReturnType<typeof fileClient>): Promise<MediaFiles> => {
  const recording = await makeRecording({ durationSeconds: 6 });
  const m3u8 = await client.uploadRecording(recording, 'live/documented');
  const folder = await mkdtemp(path.join(tmpdir(), 'clipfleet-media-files-'));
  try {
    const file = path.join(folder, 'copy.mp4');
    const input = [...playlistArguments(recording.playlistPath), '-i', recording.playlistPath];
    await runProgram('ffmpeg', ['-v', 'error', ...input, '-c', 'copy', file]);
    const mp4Bytes = new Uint8Array(await readFile(file));
    const mp4 = await client.upload('IMG_0001.mp4', mp4Bytes);
    const { body } = await client.call<{ id: string }>('POST', '/oserve/v1.3/file-category/', { name: '视频' });
    return { m3u8, mp4, mp4Bytes, category: body.id, durationSeconds: recording.durationSeconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
