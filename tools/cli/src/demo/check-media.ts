import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ExpectedMedia {
  durationMs: number;
  videoFrames: number;
  /** One frame: what a cut may be off. */
  toleranceMs: number;
}

export interface CheckedMedia {
  summary: string;
  /** Empty: all is right. */
  problems: string[];
}

/** Is this a file that plays: the streams, the length and the number of pictures asked for, and no complaint in decoding all of it? */
export const checkMedia = async (file: string, expected: ExpectedMedia): Promise<CheckedMedia> => {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-show_entries', 'format=duration,size:stream=codec_type,codec_name,width,height'],
    ...['-of', 'json', file],
  ]);
  const { format, streams } = JSON.parse(stdout) as ProbeOutput;
  const durationMs = Number(format.duration) * 1000;
  const [{ frames, complaints: ofVideo }, ofAudio] = await Promise.all([decodeVideo(file), decodeAudio(file)]);
  const complaints = ofVideo || ofAudio;
  const summary = [
    `${(durationMs / 1000).toFixed(3)} s`,
    ...streams.map((s) => (s.width ? `${s.codec_name} ${s.width}x${s.height}` : s.codec_name)),
    `${frames} frames`,
    `${(Number(format.size) / 1e6).toFixed(1)} MB`,
  ].join(', ');
  const types = streams.map((stream) => stream.codec_type).toSorted();
  const problems = [
    ...(types.join() === 'audio,video' ? [] : [`one audio and one video stream expected, found ${types.join(', ')}`]),
    ...(Math.abs(durationMs - expected.durationMs) <= expected.toleranceMs
      ? []
      : [`${expected.durationMs} ms expected, ffprobe says ${durationMs} ms`]),
    ...(frames === expected.videoFrames ? [] : [`${expected.videoFrames} frames expected, ${frames} decoded`]),
    ...(complaints === '' ? [] : [`ffmpeg complains in decoding: ${complaints.split('\n')[0]}`]),
  ];
  return { summary, problems };
};

interface ProbeOutput {
  format: { duration: string; size: string };
  streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
}

/** Counts what is shown: the edit list hides the frames before the cut. */
const decodeVideo = async (file: string): Promise<{ frames: number; complaints: string }> => {
  const { stdout, stderr } = await decode(file, [
    ...['-map', '0:v:0', '-vsync', 'passthrough', '-f', 'framehash', '-hash', 'crc32', '-'],
  ]);
  const frames = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { frames, complaints: stderr };
};

const decodeAudio = async (file: string): Promise<string> =>
  (await decode(file, ['-map', '0:a', '-f', 'null', '-'])).stderr;

const decode = async (file: string, output: string[]): Promise<{ stdout: string; stderr: string }> => {
  try {
    const { stdout, stderr } = await run('ffmpeg', ['-v', 'error', '-i', file, ...output], { maxBuffer: 1 << 26 });
    return { stdout, stderr: stderr.trim() };
  } catch (error) {
    return { stdout: '', stderr: String(error) };
  }
};
