import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyInputOptions, copyOptions, decodeInputOptions, pictureOptions } from '../index.js';
import { FluentFfmpegRunner } from './fluent-ffmpeg-runner.js';

const runner = new FluentFfmpegRunner();
const slowEncode = ['-vf', 'loop=-1:32767', '-c:v', 'libx264', '-preset', 'veryslow', '-f', 'mpegts'];
let dir: string;
let source: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'clipfleet-ffmpeg-'));
  source = join(dir, 'source.ts');
  const video = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, '-t', '2', '-c:v', 'libx264', '-c:a', 'aac', source]);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Processes whose command line names the file. */
const ffmpegsOn = (file: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.startsWith('ffmpeg') && line.includes(file);
      } catch {
        return false;
      }
    });

describe('the ffmpeg runner', () => {
  it('copies a transport stream to an mp4 with the same streams and tells its progress', async () => {
    const outputPath = join(dir, 'copy.mp4');
    await runner.run(
      { inputPath: source, inputOptions: copyInputOptions, outputOptions: copyOptions('mp4'), outputPath },
      { timeoutMs: 30_000 },
    );
    const media = await runner.probe(outputPath);
    expect(media.streams.map((stream) => [stream.type, stream.codec])).toEqual([
      ['video', 'h264'],
      ['audio', 'aac'],
    ]);
    expect(media.streams[0]).toMatchObject({ width: 320, height: 180 });
    expect(media.durationMs).toBeGreaterThanOrEqual(2000);
    expect(media.sizeBytes).toBe(statSync(outputPath).size);
  });

  it('pictures the frame with the asked PTS', async () => {
    const pts = execFileSync('ffprobe', [
      ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts', '-of', 'csv=p=0', source],
    ]);
    const framePts = Number(pts.toString().split('\n')[7].replace(',', ''));
    const outputPath = join(dir, 'still.jpg');
    await runner.run(
      { inputPath: source, inputOptions: decodeInputOptions, outputOptions: pictureOptions(framePts), outputPath },
      { timeoutMs: 30_000 },
    );
    expect([...readFileSync(outputPath).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it('calls garbage undecodable, without telling a local path', async () => {
    const garbage = join(dir, 'garbage.ts');
    writeFileSync(garbage, Buffer.alloc(200_000, 0x55));
    const run = runner.run(
      {
        inputPath: garbage,
        inputOptions: copyInputOptions,
        outputOptions: copyOptions('mp4'),
        outputPath: join(dir, 'x.mp4'),
      },
      { timeoutMs: 30_000 },
    );
    await expect(run).rejects.toMatchObject({ code: 'undecodable', message: expect.not.stringContaining(dir) });
    await expect(runner.probe(garbage)).rejects.toMatchObject({ code: 'undecodable' });
  });

  it('kills ffmpeg when it is aborted, and rejects with the reason', async () => {
    const abort = new AbortController();
    const outputPath = join(dir, 'aborted.ts');
    const run = runner.run(
      { inputPath: source, inputOptions: decodeInputOptions, outputOptions: slowEncode, outputPath },
      { timeoutMs: 60_000, signal: abort.signal, onProgress: () => abort.abort(new Error('export ended')) },
    );
    await expect(run).rejects.toThrow('export ended');
    expect(ffmpegsOn(outputPath)).toEqual([]);
  });

  it('kills ffmpeg at its deadline', async () => {
    const outputPath = join(dir, 'late.ts');
    const run = runner.run(
      { inputPath: source, inputOptions: decodeInputOptions, outputOptions: slowEncode, outputPath },
      { timeoutMs: 1500 },
    );
    await expect(run).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(ffmpegsOn(outputPath)).toEqual([]);
  });

  describe('is started through a script that', () => {
    const script = new URL('../../bin/limited-ffmpeg', import.meta.url).pathname;
    const start = (limits: Record<string, string>, options: readonly string[]) =>
      spawnSync(script, ['-v', 'error', '-y', ...options], { env: { ...process.env, ...limits } });
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25', '-frames:v', '25'];
    const encode = [...pictures, '-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1', '-f', 'null', '-'];

    it('stops it at the largest file it may write', () => {
      const outputPath = join(dir, 'large.ts');
      const { signal } = start({ CLIPFLEET_FFMPEG_MAX_OUTPUT_BYTES: '65536' }, [
        ...['-i', source, ...copyOptions('ts'), outputPath],
      ]);
      expect(signal).toBe('SIGXFSZ');
      expect(statSync(outputPath).size).toBeLessThanOrEqual(65_536);
    });

    it('gives it no more memory than it may have', () => {
      const limit = (bytes: number) => start({ CLIPFLEET_FFMPEG_MAX_MEMORY_BYTES: String(bytes) }, encode).status;
      expect([limit(100 << 20), limit(2 ** 32)]).toEqual([1, 0]);
    });

    it('ends it when it has had its processor seconds', () => {
      const endless = [...pictures.slice(0, 4), ...encode.slice(pictures.length)];
      expect(start({ CLIPFLEET_FFMPEG_MAX_CPU_S: '1' }, endless).signal).toBe('SIGKILL');
    });

    it('sets limits where none are asked for, and refuses what cannot be set', () => {
      const told = { CLIPFLEET_FFMPEG_PATH: 'sh' };
      const { stdout } = spawnSync(script, ['-c', 'ulimit -t; ulimit -d; ulimit -f'], {
        env: { ...process.env, ...told },
      });
      const limits = stdout.toString().trim().split('\n').map(Number);
      expect(limits.every((value, index) => value <= [86_400, 2 ** 24, 2 ** 27][index])).toBe(true);
      expect(start({ ...told, CLIPFLEET_FFMPEG_MAX_CPU_S: 'many' }, ['-c', 'true']).status).not.toBe(0);
    });
  });
});
