import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ClipfleetError } from '@clipfleet/contracts';
import { withChildSpan } from '@clipfleet/platform';
import { lastWords } from '../run/ffmpeg-failure.js';

const LIMITED_FFMPEG = fileURLToPath(new URL('../../bin/limited-ffmpeg', import.meta.url));
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * What may be in a file from outside. No playlist, list or script among them: those name other addresses, and ffmpeg would
 * open them.
 */
export const MEDIA_DEMUXERS = [
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mpegvideo,flv,avi,asf,mxf,ogg,rm,dv,ivf,h264,hevc',
  'mp3,aac,wav,flac,amr,ac3,eac3,aiff,caf,au,w64',
  'gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,image2',
].join(',');

/** The whole command line behind `ffprobe`. */
export const ffprobeArguments = (url: string): string[] => [
  ...['-v', 'error', '-protocol_whitelist', 'http,tcp', '-format_whitelist', MEDIA_DEMUXERS],
  // only packets say that they are encrypted
  ...['-show_format', '-show_streams', '-show_packets', '-read_intervals', '%+#8', '-of', 'json', '-i', url],
];

export interface FfprobeOptions {
  signal?: AbortSignal;
  /** Wall-clock limit. */
  timeoutMs: number;
}

/**
 * What ffprobe tells of the file at a loopback address, under the limits ffmpeg runs under. Throws ClipfleetError `undecodable`,
 * `deadline-exceeded`; the signal's reason when aborted.
 */
export const runFfprobe = (url: string, options: FfprobeOptions): Promise<unknown> =>
  withChildSpan(
    'ffprobe',
    () => ({ 'process.executable.name': 'ffprobe' }),
    () => execFfprobe(url, options),
  );

const execFfprobe = (url: string, { signal, timeoutMs }: FfprobeOptions): Promise<unknown> =>
  new Promise((resolve, reject) => {
    // a proxy of this machine's environment is not asked for this machine
    const env = { ...process.env, CLIPFLEET_FFMPEG_PATH: 'ffprobe', no_proxy: '*' };
    const options = { env, signal, timeout: timeoutMs, killSignal: 'SIGKILL' as const, maxBuffer: MAX_OUTPUT_BYTES };
    execFile(LIMITED_FFMPEG, ffprobeArguments(url), options, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (error?.killed)
        return reject(new ClipfleetError('deadline-exceeded', `ffprobe ran longer than ${timeoutMs} ms`));
      if (error) return reject(new ClipfleetError('undecodable', wordsOf(stderr), { cause: error }));
      resolve(JSON.parse(stdout));
    });
  });

/** Without the address, which is nobody else's. */
const wordsOf = (stderr: string): string =>
  lastWords(stderr.replaceAll(/https?:\/\/\S+?: ?/g, '')) || 'ffprobe finds no media';
