import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runTool } from './run-tool.js';

/** How a difficult recording is made: ffmpeg arguments over a test picture and tones. */
export interface Recipe {
  readonly name: string;
  readonly seconds?: number;
  readonly rate?: string;
  /** Appended to the picture's filter graph. */
  readonly filter?: string;
  /** `none`: audio alone. */
  readonly video?: readonly string[] | 'none';
  readonly size?: string;
  /** A seed: audio without a pitch, so that each of its frames is another. */
  readonly noise?: number;
  /** One list for each audio track; none: video alone. */
  readonly audio?: readonly (readonly string[])[];
  readonly muxer?: readonly string[];
}

export interface Segment {
  readonly file: string;
  readonly runIndex: number;
}

export interface Recording {
  readonly playlist: string;
  readonly segments: readonly Segment[];
}

const GOP_FRAMES = 60;
export const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', `${GOP_FRAMES}`, '-sc_threshold', '0'];
export const AAC = ['-c:a', 'aac', '-b:a', '64k'];

function argumentsOf(recipe: Recipe): string[] {
  const { seconds = 6, rate = '30', size = '320x180', filter = '', video = X264, audio = [AAC], muxer = [] } = recipe;
  const noise = (seed: number): string => `anoisesrc=sample_rate=48000:amplitude=0.3:seed=${seed}`;
  const tone = (frequency: number): string => `sine=frequency=${frequency}:sample_rate=48000`;
  const tones = audio.map((_, i) => (recipe.noise === undefined ? tone(440 * (i + 1)) : noise(recipe.noise + i)));
  const sources = video === 'none' ? tones : [`testsrc2=size=${size}:rate=${rate}${filter}`, ...tones];
  const inputs = sources.flatMap((source) => ['-f', 'lavfi', '-i', source]);
  const maps = sources.flatMap((_, i) => ['-map', `${i}`]);
  const picture = video === 'none' ? [] : ['-pix_fmt', 'yuv420p', ...video];
  const perTrack = audio.flatMap((args, i) => args.map((arg) => arg.replace(/^-(c|b):a$/, `-$1:a:${i}`)));
  return [...inputs, ...maps, '-t', `${seconds}`, ...picture, ...perTrack, ...muxer];
}

/** Encodes the recipe once and cuts it at keyframes into TS segments of 2 s. */
export async function makeRecording(root: string, recipe: Recipe): Promise<Recording> {
  const directory = path.join(root, recipe.name);
  await mkdir(directory, { recursive: true });
  const ts = path.join(directory, 'whole.ts');
  await runTool('ffmpeg', ['-y', ...argumentsOf(recipe), '-f', 'mpegts', ts]);
  const playlist = path.join(directory, 'p.m3u8');
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '0', '-hls_playlist_type', 'vod'];
  const offset = recipe.muxer?.includes('-output_ts_offset') === true ? ['-copyts'] : [];
  const names = path.join(directory, 's%04d.ts');
  await runTool('ffmpeg', [
    '-y',
    ...offset,
    '-i',
    ts,
    '-map',
    '0',
    '-c',
    'copy',
    ...hls,
    '-hls_segment_filename',
    names,
    playlist,
  ]);
  return { playlist, segments: await segmentsIn(directory) };
}

/** The same bytes cut every `packets` TS packets, through pictures and audio frames alike. */
export async function cutBlindly(root: string, name: string, whole: string, packets: number): Promise<Recording> {
  const directory = path.join(root, name);
  await mkdir(directory, { recursive: true });
  const bytes = readFileSync(whole);
  const segments: Segment[] = [];
  for (let at = 0; at < bytes.length; at += packets * 188) {
    const file = path.join(directory, `s${String(segments.length).padStart(4, '0')}.ts`);
    await writeFile(file, bytes.subarray(at, at + packets * 188));
    segments.push({ file, runIndex: 0 });
  }
  return { playlist: await writePlaylist(directory, segments), segments };
}

/** A recording of which one segment is missing, without a word in the playlist. */
export async function leaveOut(root: string, name: string, recording: Recording, index: number): Promise<Recording> {
  const directory = path.join(root, name);
  await mkdir(directory, { recursive: true });
  const segments: Segment[] = [];
  for (const segment of recording.segments.toSpliced(index, 1)) {
    const file = path.join(directory, path.basename(segment.file));
    await copyFile(segment.file, file);
    segments.push({ ...segment, file });
  }
  return { playlist: await writePlaylist(directory, segments), segments };
}

async function writePlaylist(directory: string, segments: readonly Segment[]): Promise<string> {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:3', '#EXT-X-PLAYLIST-TYPE:VOD'];
  segments.forEach(({ file, runIndex }, i) => {
    if (i > 0 && segments[i - 1].runIndex !== runIndex) lines.push('#EXT-X-DISCONTINUITY');
    lines.push('#EXTINF:2.0,', path.basename(file));
  });
  const playlist = path.join(directory, 'p.m3u8');
  await writeFile(playlist, [...lines, '#EXT-X-ENDLIST', ''].join('\n'));
  return playlist;
}

async function segmentsIn(directory: string): Promise<Segment[]> {
  const names = (await readdir(directory)).filter((name) => /^s\d+\.ts$/.test(name)).sort();
  return names.map((name) => ({ file: path.join(directory, name), runIndex: 0 }));
}

/** One recording out of parts of others, with a discontinuity between them. */
export async function joinRecordings(root: string, name: string, parts: readonly Recording[]): Promise<Recording> {
  const directory = path.join(root, name);
  await mkdir(directory, { recursive: true });
  const segments: Segment[] = [];
  for (const [runIndex, part] of parts.entries()) {
    for (const segment of part.segments) {
      const file = path.join(directory, `s${String(segments.length).padStart(4, '0')}.ts`);
      await copyFile(segment.file, file);
      segments.push({ file, runIndex });
    }
  }
  return { playlist: await writePlaylist(directory, segments), segments };
}

export const segmentBytes = (segment: Segment): Uint8Array => new Uint8Array(readFileSync(segment.file));
