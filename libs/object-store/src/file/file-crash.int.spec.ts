import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectLocation, UploadedPart } from '../object-store.js';
import { BUCKET, type TemporaryStore, temporaryStore } from './testing/temporary-store.js';

const PART = randomBytes(8 * 1024 * 1024);
const PART_COUNT = 8;
const TOTAL_BYTES = PART.byteLength * PART_COUNT;
const DEADLINE_MS = 120_000;

describe('a file store whose process is killed while it completes an upload', () => {
  let given: TemporaryStore;
  let at: ObjectLocation;
  let uploadId: string;
  let parts: UploadedPart[];
  let counter = 0;

  beforeAll(async () => {
    // the child runs what is built
    const root = join(import.meta.dirname, '../../../..');
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/object-store'], { cwd: root });
    given = await temporaryStore();
  });
  afterAll(() => given?.remove());

  const prepare = async (): Promise<void> => {
    counter += 1;
    at = { bucket: BUCKET, key: `crash/${counter}.mp4` };
    uploadId = await given.store.createUpload(at);
    parts = [];
    for (let n = 1; n <= PART_COUNT; n += 1) parts.push(await given.store.uploadPart(at, uploadId, n, PART));
  };
  beforeEach(prepare);

  const uploadFolder = (): string => join(given.bucketPath, '.clipfleet/uploads', uploadId);
  const start = async (ifAbsent: boolean): Promise<ChildProcess> => {
    const task = JSON.stringify({ config: given.config, at, uploadId, parts, ifAbsent });
    const child = fork(join(import.meta.dirname, 'testing/complete-upload.mjs'), [task], {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    await once(child, 'message');
    return child;
  };
  /** How much of the file the parts are being joined into is there: it is written in several places at once. */
  const joinedBytes = async (): Promise<number> => {
    const names = await readdir(uploadFolder()).catch(() => []);
    const joined = names.find((name) => name.startsWith('joined-'));
    return joined === undefined
      ? 0
      : stat(join(uploadFolder(), joined)).then(
          ({ blocks }) => Math.min(blocks * 512, TOTAL_BYTES),
          () => 0,
        );
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  /** How far it had come. Begins anew if it was done before the signal came, which a busy machine may do a few times. */
  const killWhileJoining = async (ifAbsent: boolean): Promise<number> => {
    for (let tries = 1; ; tries += 1) {
      const child = await start(ifAbsent);
      const deadlineMs = Date.now() + DEADLINE_MS;
      while ((await joinedBytes()) === 0 && Date.now() < deadlineMs) {
        if ((await given.store.head(at)) !== undefined) break;
      }
      await kill(child);
      const joined = await joinedBytes();
      if ((joined > 0 && joined < TOTAL_BYTES) || tries === 10) return joined;
      await given.store.abortUpload(at, uploadId);
      await prepare();
    }
  };
  const expectWholeObject = async (): Promise<void> => {
    const digest = createHash('md5');
    for await (const chunk of await given.store.get(at)) digest.update(chunk as Uint8Array);
    const expected = createHash('md5');
    for (let n = 0; n < PART_COUNT; n += 1) expected.update(PART);
    expect(digest.digest('hex')).toBe(expected.digest('hex'));
  };
  const expectNothingLeft = async (): Promise<void> => {
    expect(await given.store.listUploads(BUCKET, 'crash/')).toEqual([]);
    expect(await readdir(join(given.bucketPath, '.clipfleet/uploads'))).toEqual([]);
  };

  it.each([false, true])(
    'has no object yet while parts are joined, and completes it again, ifAbsent %p',
    async (ifAbsent) => {
      const joined = await killWhileJoining(ifAbsent);
      expect(joined).toBeGreaterThan(0);
      expect(joined).toBeLessThan(TOTAL_BYTES);

      expect(await given.store.head(at)).toBeUndefined();
      expect(await given.store.listUploads(BUCKET, at.key)).toHaveLength(1);
      const { etag } = await given.store.completeUpload(at, uploadId, parts, { ifAbsent });
      expect(await given.store.head(at)).toMatchObject({ etag, sizeBytes: TOTAL_BYTES });
      await expectWholeObject();
      await expectNothingLeft();
    },
  );

  it.each([0.25, 0.5, 0.75, 0.9, 1])(
    'has the whole object or none when killed at %p of the usual time',
    async (share) => {
      const child = await start(true);
      const deadlineMs = Date.now() + DEADLINE_MS;
      while ((await joinedBytes()) < TOTAL_BYTES * share && Date.now() < deadlineMs) {
        if ((await given.store.head(at)) !== undefined) break;
        await new Promise(setImmediate);
      }
      await kill(child);
      const info = await given.store.head(at);
      if (info !== undefined) await expectWholeObject();
      const again = given.store
        .completeUpload(at, uploadId, parts, { ifAbsent: true })
        .catch((error: unknown) => error);
      const result = await again;
      // Ended before the kill, completed by the child and found so, or completed here.
      expect(result).toEqual(
        result instanceof Error ? expect.objectContaining({ code: 'no-such-upload' }) : { etag: expect.any(String) },
      );
      await expectWholeObject();
      await expectNothingLeft();
    },
  );

  it('gives up a half joined upload when it is aborted', async () => {
    await killWhileJoining(false);
    await given.store.abortUpload(at, uploadId);
    expect(await given.store.head(at)).toBeUndefined();
    await expectNothingLeft();
  });
});
