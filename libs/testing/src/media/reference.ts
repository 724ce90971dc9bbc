import { ffprobePackets, type ProbedPacket } from './probe.js';
import { runProgram } from './run-program.js';
import { withoutHevcSets } from './without-hevc-sets.js';

/** The truth a stream copy is compared with: one ffmpeg over the same playlist. */
export const referenceCopy = async (playlistPath: string, output: string): Promise<void> => {
  await runProgram('ffmpeg', [
    ...['-y', '-v', 'error', '-protocol_whitelist', 'file,crypto', '-allowed_extensions', 'ALL', '-i', playlistPath],
    ...['-map', '0:v?', '-map', '0:a?', '-c', 'copy', output],
  ]);
};

/** Packets of such a copy as mp4 or mov, as an export has them: HEVC without the parameter sets in its samples. */
export const copiedPackets = async (file: string, selector?: string): Promise<ProbedPacket[]> => {
  const [packets, changed] = [await ffprobePackets(file, selector), await withoutHevcSets(file, selector)];
  return packets.map((packet, index) => ({ ...packet, ...changed[index] }));
};
