import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runProgram } from './run-program.js';

export interface ProbedPacket {
  streamIndex: number;
  pts: number | undefined;
  dts: number | undefined;
  duration: number | undefined;
  sizeBytes: number;
  flags: string;
  sha256: string;
}

/** Every packet of a file, or of the streams ffprobe's `selector` (`v:0`, `a`) names; times in the stream's own time base. */
export const ffprobePackets = async (file: string, selector?: string): Promise<ProbedPacket[]> => {
  const output = await runProgram('ffprobe', [
    ...['-v', 'error', '-show_packets', '-show_data_hash', 'sha256'],
    ...['-show_entries', 'packet=stream_index,pts,dts,duration,size,flags,data_hash', '-of', 'json'],
    ...(selector ? ['-select_streams', selector] : []),
    ...playlistArguments(file),
    file,
  ]);
  const { packets } = JSON.parse(output) as { packets: Record<string, string | number | undefined>[] };
  return packets.map((packet) => ({
    streamIndex: Number(packet['stream_index']),
    pts: packet['pts'] as number | undefined,
    dts: packet['dts'] as number | undefined,
    duration: packet['duration'] as number | undefined,
    sizeBytes: Number(packet['size']),
    flags: String(packet['flags']),
    sha256: String(packet['data_hash']).replace(/^SHA256:/i, ''),
  }));
};

export interface ProbedFile {
  formatName: string;
  durationSeconds: number;
  startSeconds: number;
  streams: { codecType: string; codecName: string; width?: number; height?: number; frameRate?: string }[];
}

export const ffprobeFile = async (file: string): Promise<ProbedFile> => {
  const output = await runProgram('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', file]);
  const { format, streams } = JSON.parse(output) as {
    format: Record<string, string>;
    streams: Record<string, string | number>[];
  };
  return {
    formatName: format['format_name'],
    durationSeconds: Number(format['duration']),
    startSeconds: Number(format['start_time']),
    streams: streams.map((stream) => ({
      codecType: String(stream['codec_type']),
      codecName: String(stream['codec_name']),
      width: stream['width'] as number | undefined,
      height: stream['height'] as number | undefined,
      frameRate: stream['r_frame_rate'] as string | undefined,
    })),
  };
};

export interface FrameHash {
  /** In 90 kHz ticks, as presented: edit lists are applied. */
  pts: number;
  md5: string;
}

/** The decoded pictures of the first video stream, each with its time. */
export const frameHashes = async (file: string): Promise<FrameHash[]> => {
  const output = await runProgram('ffmpeg', [
    ...[
      '-v',
      'error',
      ...playlistArguments(file),
      '-i',
      file,
      '-map',
      '0:v:0',
      // pictures of another size stay as they are
      '-autoscale',
      '0',
      '-vsync',
      'passthrough',
      '-enc_time_base',
      '1:90000',
    ],
    ...['-f', 'framehash', '-hash', 'md5', '-'],
  ]);
  return output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').map((field) => field.trim()))
    .map((fields) => ({ pts: Number(fields[2]), md5: fields[5] }));
};

/**
 * How many pictures a decoder shows that was told nothing of the video ahead, as players are: ffmpeg looks into seconds of a file
 * before it begins, so that what is wrong where parameter sets change does not show.
 */
export const unprobedFrameCount = async (file: string): Promise<number> => {
  const stream = `ffmpeg -v error -i "$0" -map 0:v:0 -c copy -f mpegts -`;
  const shown = 'ffmpeg -v error -probesize 32 -analyzeduration 0 -f mpegts -i - -vsync passthrough -f framehash -';
  const output = await runProgram('sh', ['-c', `${stream} | ${shown}`, file]);
  return output.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
};

/**
 * What ffmpeg complains about while it decodes all of the file; empty when all is well. Pictures are counted in ticks: in the frame
 * rate that ffmpeg guesses, two that stand where the rate does not would be at one time.
 */
export const decodeComplaints = async (file: string): Promise<string> => {
  const ticks = ['-enc_time_base:v', '1:90000'];
  const { stderr } = await promisify(execFile)('ffmpeg', ['-v', 'error', '-i', file, ...ticks, '-f', 'null', '-'], {
    maxBuffer: 1 << 26,
  });
  return stderr.trim();
};

/** What ffmpeg warns of while it copies all streams: continuity errors, broken times. Empty for a clean file. */
export const copyComplaints = async (file: string): Promise<string> => {
  const { stderr } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'warning', '-i', file, '-map', '0', '-c', 'copy', '-f', 'null', '-'],
    { maxBuffer: 1 << 26 },
  );
  return stderr.trim();
};

/** Local playlists may name keys, and segments of any extension. */
export const playlistArguments = (file: string): string[] =>
  file.endsWith('.m3u8') && !/^https?:/.test(file)
    ? ['-protocol_whitelist', 'file,crypto', '-allowed_extensions', 'ALL']
    : [];
