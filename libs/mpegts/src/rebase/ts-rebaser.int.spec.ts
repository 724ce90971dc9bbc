import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TsRebaser } from './ts-rebaser.js';

/** ffmpeg's muxer packs AAC frames of 1,920 ticks into a PES until it holds about 0.3 s. */
const AUDIO_PES_TICKS = 27_000;
let dir: string;

/** Two seconds of H.264 with B-frames and AAC whose clock starts near `offsetSeconds`. */
const makeTs = (name: string, offsetSeconds: number): Uint8Array => {
  const path = join(dir, name);
  const video = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
  const encode = ['-t', '2', '-c:v', 'libx264', '-bf', '2', '-c:a', 'aac', '-output_ts_offset', String(offsetSeconds)];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...encode, path]);
  return readFileSync(path);
};

const videoPts = (path: string): number[] =>
  execFileSync('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts', '-of', 'csv=p=0', path],
  ])
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => Number.parseInt(line, 10))
    .toSorted((a, b) => a - b);

const rebase = (runs: Uint8Array[], chunkBytes: number): Buffer => {
  const rebaser = new TsRebaser({ startTicks: 900_000 });
  const out: Uint8Array[] = [];
  runs.forEach((run, index) => {
    if (index > 0) out.push(rebaser.startRun());
    for (let at = 0; at < run.length; at += chunkBytes) out.push(rebaser.push(run.subarray(at, at + chunkBytes)));
  });
  out.push(rebaser.flush());
  return Buffer.concat(out);
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'clipfleet-rebase-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('rebasing transport streams', () => {
  it('joins runs whose clocks reset and wrap into one continuous clock that ffmpeg reads without a word', () => {
    const path = join(dir, 'joined.ts');
    writeFileSync(path, rebase([makeTs('a.ts', 3000), makeTs('b.ts', 10), makeTs('wrap.ts', 95_442.7)], 188 * 7));
    const pts = videoPts(path);
    expect(pts).toHaveLength(150);
    expect(pts[0]).toBe(900_000);
    const steps = pts.slice(1).map((value, index) => value - pts[index]);
    expect(steps.filter((step) => step === 3600)).toHaveLength(147);
    // at the two joins at most an audio PES more, so that audio does not run backwards
    expect(Math.min(...steps)).toBe(3600);
    expect(Math.max(...steps)).toBeLessThan(3600 + AUDIO_PES_TICKS);
    const copy = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-map', '0', '-c', 'copy', '-f', 'null', '-']);
    expect(copy.stderr.toString()).toBe('');
  });

  it('gives the same bytes whatever the chunks', () => {
    const runs = [makeTs('c.ts', 100), makeTs('d.ts', 5)];
    const whole = rebase(runs, 1 << 20);
    for (const chunkBytes of [1, 187, 188, 189, 4096]) expect(rebase(runs, chunkBytes).equals(whole)).toBe(true);
  });
});
