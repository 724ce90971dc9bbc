import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Only for tests: ffmpeg or ffprobe. What it says on stderr is part of the answer. */
export async function runTool(
  tool: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
): Promise<{ out: string; err: string }> {
  const { stdout, stderr } = await run(tool, ['-v', 'error', ...args], { maxBuffer: 1 << 28 });
  return { out: stdout, err: stderr };
}
