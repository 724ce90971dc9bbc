import { describe, expect, it } from '@jest/globals';
import type { ObjectStore, UploadedPart } from '../object-store.js';
import { PartWriter } from './part-writer.js';

const at = { bucket: 'out', key: 'a.mp4' };

/** A writer whose parts end when they are told to. */
const heldWriter = (concurrency: number) => {
  const ends: (() => void)[] = [];
  const makePart = (partNumber: number) => (): Promise<UploadedPart> =>
    new Promise((resolve) => ends.push(() => resolve({ partNumber, etag: `${partNumber}`, sizeBytes: 1 })));
  const writer = new PartWriter({ store: {} as ObjectStore, at, uploadId: 'u', concurrency });
  return { writer, ends, take: (partNumber: number) => writer.take(makePart(partNumber)) };
};

const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
  return (await Promise.race([promise, turn])) !== 'waits';
};

describe('PartWriter', () => {
  it('lets its caller go on while there is room for another part, and no further', async () => {
    const { ends, take } = heldWriter(2);
    expect(await isSettled(take(1))).toBe(true);
    const second = take(2);
    expect(await isSettled(second)).toBe(false);
    ends[1]();
    expect(await isSettled(second)).toBe(true);
  });

  it('gives the parts in order, whichever ended first', async () => {
    const { writer, ends, take } = heldWriter(3);
    await Promise.all([take(3), take(1)]);
    const third = take(2);
    await isSettled(third);
    for (const end of ends.toReversed()) end();
    await third;
    expect((await writer.finish()).map(({ partNumber }) => partNumber)).toEqual([1, 2, 3]);
  });

  it('throws the first failure at the next call, and at the end', async () => {
    const writer = new PartWriter({ store: {} as ObjectStore, at, uploadId: 'u', concurrency: 2 });
    await writer.take(() => Promise.reject(new TypeError('the disk is full'))).catch(() => undefined);
    await isSettled(new Promise((resolve) => setImmediate(resolve)));
    await expect(writer.take(() => new Promise(() => {}))).rejects.toThrow('the disk is full');
    await expect(writer.finish()).rejects.toThrow('the disk is full');
  });
});
