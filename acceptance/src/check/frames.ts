import { runProgram } from '../source/run-program.js';

export interface Frame {
  /** 90 kHz, as presented: edit lists are applied. From the first frame on. */
  ticks: number;
  md5: string;
}

/** The decoded pictures of a file, or of its rest, each with its time. */
export const framesOf = async (file: string, fromSeconds?: number): Promise<Frame[]> => {
  const { out } = await runProgram('ffmpeg', [
    ...['-v', 'error', ...(file.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL'] : [])],
    // without, ffmpeg moves the first pictures of a transport stream by what it guesses of its start
    ...(/\.(ts|m3u8)$/.test(file) ? ['-copyts'] : []),
    ...(fromSeconds === undefined ? [] : ['-ss', fromSeconds.toFixed(3)]),
    ...['-i', file],
    ...['-map', '0:v:0', '-vsync', 'passthrough', '-enc_time_base', '1:90000', '-f', 'framehash', '-hash', 'md5', '-'],
  ]);
  const rows = out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const frames = rows.map((row) => {
    const fields = row.split(',').map((field) => field.trim());
    return { ticks: Number(fields[2]), md5: fields[5] };
  });
  return fromFirst(frames);
};

export const fromFirst = (frames: readonly Frame[]): Frame[] =>
  frames.map(({ ticks, md5 }) => ({ ticks: ticks - frames[0].ticks, md5 }));

/** What ffmpeg says while it decodes all of a file. */
export const decodeComplaints = async (file: string): Promise<string> =>
  (await runProgram('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'])).complaints;

/** What is different, in words; undefined: nothing. `times`: whether they are compared. */
export const frameDifference = (
  shown: readonly Frame[],
  expected: readonly Frame[],
  times: boolean,
): string | undefined => {
  const count = Math.min(shown.length, expected.length);
  for (let index = 0; index < count; index++) {
    const [made, wanted] = [shown[index], expected[index]];
    if (made.md5 !== wanted.md5) return `picture ${index} is another one`;
    if (times && made.ticks !== wanted.ticks) return `picture ${index} at ${made.ticks} instead of ${wanted.ticks}`;
  }
  if (shown.length !== expected.length) return `${shown.length} pictures instead of ${expected.length}`;
  return undefined;
};
