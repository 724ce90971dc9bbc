import { runProgram } from './run-program.js';

/** The truth a stream copy is compared with: one ffmpeg over the same playlist. */
export const referenceCopy = async (playlistPath: string, output: string): Promise<void> => {
  await runProgram('ffmpeg', [
    ...['-y', '-v', 'error', '-protocol_whitelist', 'file,crypto', '-allowed_extensions', 'ALL', '-i', playlistPath],
    ...['-map', '0:v?', '-map', '0:a?', '-c', 'copy', output],
  ]);
};
