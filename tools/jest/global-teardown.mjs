import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const directory = process.env.CLIPFLEET_TEST_DIR;
  if (!directory) return;
  const { stopRecorded } = await import('../../libs/local-stack/dist/stop-recorded.js');
  await stopRecorded(directory);
  rmSync(directory, { recursive: true, force: true });
}
