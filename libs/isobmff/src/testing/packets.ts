import { withoutHevcSets } from '@clipfleet/testing';
import { runTool } from './run-tool.js';

const ENTRIES = 'packet=stream_index,pts,dts,duration,size,flags,data_hash';

/**
 * Only for tests: every packet with times, size, flags and the hash of its data, stream by stream: how the streams are
 * interleaved is each writer's own choice.
 */
export async function packetsOf(file: string): Promise<string[]> {
  return byStream(await packetLines(file));
}

/** Only for tests: the same of a copy by ffmpeg, which leaves parameter sets of HEVC in the samples: without them. */
export async function copiedPacketsOf(file: string): Promise<string[]> {
  const changed = await withoutHevcSets(file);
  const lines = (await packetLines(file)).map((line, index) => {
    const bytes = changed[index];
    if (bytes === undefined) return line;
    return line.replace(/size=\d+/, `size=${bytes.sizeBytes}`).replace(/SHA256:\w+/, `SHA256:${bytes.sha256}`);
  });
  return byStream(lines);
}

async function packetLines(file: string): Promise<string[]> {
  const args = ['-show_packets', '-show_data_hash', 'sha256', '-show_entries', ENTRIES];
  const { out } = await runTool('ffprobe', [...args, '-of', 'compact', file]);
  return out.split('\n').filter((line) => line !== '');
}

const byStream = (lines: readonly string[]): string[] => {
  const streamOf = (line: string): number => Number(/stream_index=(\d+)/.exec(line)?.[1]);
  return lines.toSorted((a, b) => streamOf(a) - streamOf(b));
};

/** Only for tests: hash and PTS of every picture that a player shows. */
export async function framesOf(file: string): Promise<{ pts: number; hash: string }[]> {
  // a picture of another size stays as it is
  const timing = ['-autoscale', '0', '-vsync', 'passthrough', '-enc_time_base', '1:90000', '-copyts'];
  const { out } = await runTool('ffmpeg', [
    '-i',
    file,
    '-map',
    '0:v:0',
    ...timing,
    '-f',
    'framehash',
    '-hash',
    'md5',
    '-',
  ]);
  const rows = out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return rows.map((row) => {
    const fields = row.split(',').map((field) => field.trim());
    return { pts: Number(fields[2]), hash: fields[5] };
  });
}

/** Only for tests: what a decoder complains about. */
export async function decoderComplaints(file: string): Promise<string> {
  return (await runTool('ffmpeg', ['-i', file, '-f', 'null', '-'])).err;
}
