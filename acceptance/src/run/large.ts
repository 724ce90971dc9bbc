import { link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AcceptanceFleet, EXPORTS, SOURCES } from '../fleet/acceptance-fleet.js';
import { encodeSegments } from '../source/encode.js';
import { AAC } from '../source/recipe.js';
import { runProgram } from '../source/run-program.js';
import { segmentName } from '../source/playlist.js';
import type { SourceSegment } from '../source/source.js';
import { framesOf } from '../check/frames.js';

export interface LargeFact {
  what: string;
  found: string;
  /** Absent: as it should be. */
  isWrong?: true;
}

export interface LargeResult {
  facts: LargeFact[];
}

const GIB = 2 ** 30;
const AIM_BYTES = 4.2 * GIB;
const LOOP_SECONDS = 20;
const WINDOW_SECONDS = 2;
const PREFIX = 'large';
/** Noise, hardly quantised: some 3 MB a second. */
const NOISE = {
  durationSeconds: LOOP_SECONDS,
  filter: ',scale=640:360,noise=all_seed=1:alls=80:allf=t',
  video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '6', '-pix_fmt', 'yuv420p', '-g', '60'],
  audio: [AAC],
};
/** Ranges as by default. */
const LARGE_ENV = { CLIPFLEET_TASK_BYTES: String(256 * 1024 * 1024) };

/** An mp4 of more than 4 GiB in several ranges: 20 s of noise again and again, as hard links, each time after a discontinuity. */
export const runLarge = async (directory: string): Promise<LargeResult> => {
  const segments = await encodeSegments(directory, NOISE);
  const loopBytes = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const loopCount = Math.ceil(AIM_BYTES / loopBytes);
  const fleet = await AcceptanceFleet.open(path.join(directory, 'fleet'), LARGE_ENV);
  try {
    const playlistKey = await putLoops(fleet, segments, loopCount);
    const startedMs = performance.now();
    const made = await fleet.make({ playlistKey, container: 'mp4', range: { kind: 'whole' } });
    const seconds = (performance.now() - startedMs) / 1_000;
    const loop = { directory, segments, loopCount };
    const facts = await factsOf(made.file, loop);
    facts.push(fact('ranges', String(made.taskCount), made.taskCount > 1));
    facts.push(fact('made in', `${seconds.toFixed(0)} s`, true));
    await rm(fleet.pathOf(EXPORTS, made.key));
    return { facts };
  } finally {
    await fleet.close();
  }
};

const fact = (what: string, found: string, isRight: boolean): LargeFact => ({
  what,
  found,
  ...(!isRight && { isWrong: true }),
});

const putLoops = async (
  fleet: AcceptanceFleet,
  segments: readonly SourceSegment[],
  loopCount: number,
): Promise<string> => {
  const folder = fleet.pathOf(SOURCES, PREFIX);
  await mkdir(folder, { recursive: true });
  for (const [index, { bytes }] of segments.entries()) await writeFile(path.join(folder, segmentName(index)), bytes);
  const lines: string[] = [];
  for (let index = 0; index < loopCount * segments.length; index++) {
    const position = index % segments.length;
    const name = segmentName(index);
    if (index >= segments.length) await link(path.join(folder, segmentName(position)), path.join(folder, name));
    if (index > 0 && position === 0) lines.push('#EXT-X-DISCONTINUITY');
    lines.push(`#EXTINF:${segments[position].durationSeconds.toFixed(6)},`, name);
  }
  const text = ['#EXTM3U', '#EXT-X-TARGETDURATION:3', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
  await fleet.store.put({ bucket: SOURCES, key: `${PREFIX}/index.m3u8` }, Buffer.from(text));
  return `${PREFIX}/index.m3u8`;
};

interface Loop {
  directory: string;
  segments: readonly SourceSegment[];
  loopCount: number;
}

const factsOf = async (file: string, loop: Loop): Promise<LargeFact[]> => {
  const one = path.join(loop.directory, 'loop.ts');
  await writeFile(one, Buffer.concat(loop.segments.map(({ bytes }) => bytes)));
  const [video, audio, durationSeconds, sizeBytes] = await summaryOf(file);
  const [loopVideo, loopAudio] = await summaryOf(one);
  return [
    fact('size', `${sizeBytes.toLocaleString('en-US')} bytes`, sizeBytes > 4 * GIB),
    fact('chunk offsets', (await hasLargeOffsets(file)) ? 'co64' : 'stco', await hasLargeOffsets(file)),
    fact('video packets', `${video} of ${loopVideo * loop.loopCount}`, video === loopVideo * loop.loopCount),
    fact('audio packets', `${audio} of ${loopAudio * loop.loopCount}`, audio === loopAudio * loop.loopCount),
    ...(await windowFacts(file, durationSeconds)),
    await lastPicturesFact(file, one, durationSeconds),
  ];
};

/** Packets of video and audio, duration, size. */
const summaryOf = async (file: string): Promise<[number, number, number, number]> => {
  const { out } = await runProgram('ffprobe', [
    ...['-v', 'error', '-count_packets', '-show_entries', 'stream=codec_type,nb_read_packets:format=duration,size'],
    ...['-of', 'json', file],
  ]);
  const { streams, format } = JSON.parse(out) as {
    streams: { codec_type: string; nb_read_packets: string }[];
    format: { duration: string; size: string };
  };
  const packets = (kind: string): number =>
    Number(streams.find(({ codec_type }) => codec_type === kind)?.nb_read_packets);
  return [packets('video'), packets('audio'), Number(format.duration), Number(format.size)];
};

const HEADER_BYTES = 64 * 1024 * 1024;

/** ISO/IEC 14496-12 §8.7.5: `co64` instead of `stco`, in the moov at the file's start. */
const hasLargeOffsets = async (file: string): Promise<boolean> => {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const moov = buffer.subarray(0, buffer.subarray(0, bytesRead).indexOf('mdat'));
    return moov.includes('co64') && !moov.includes('stco');
  } finally {
    await handle.close();
  }
};

const windowFacts = async (file: string, durationSeconds: number): Promise<LargeFact[]> => {
  const facts: LargeFact[] = [];
  for (const [name, at] of Object.entries({
    start: 0,
    middle: durationSeconds / 2,
    end: durationSeconds - WINDOW_SECONDS,
  })) {
    const window = ['-ss', at.toFixed(3), '-t', String(WINDOW_SECONDS)];
    const { complaints } = await runProgram('ffmpeg', ['-v', 'error', ...window, '-i', file, '-f', 'null', '-']);
    const found = complaints === '' ? 'without a word' : complaints.split('\n')[0];
    facts.push(fact(`decoding ${WINDOW_SECONDS} s at the ${name}`, found, complaints === ''));
  }
  return facts;
};

/** What lies behind 4 GiB is what should lie there: the last pictures are those of the loop. */
const lastPicturesFact = async (file: string, one: string, durationSeconds: number): Promise<LargeFact> => {
  const md5s = (await framesOf(one)).map(({ md5 }) => md5);
  const last = (await framesOf(file, durationSeconds - 1)).map(({ md5 }) => md5);
  const isSame = last.length > 20 && md5s.slice(-last.length).every((md5, index) => md5 === last[index]);
  return fact('the last pictures', isSame ? `${last.length}, the same as the source's` : 'others', isSame);
};
