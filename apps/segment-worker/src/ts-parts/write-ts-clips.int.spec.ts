import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeComplaints, TaskBench } from '@clipfleet/testing';
import type { Piece, TsPartsTask } from '@clipfleet/timeline';
import { writeTsParts } from './write-ts-parts.js';

const bench = new TaskBench();
afterAll(() => bench.close());

/** Large without an encoder's work: a store wants parts of 5 MiB. PID 0x1FFF. */
const nullPackets = (count: number): Buffer =>
  Buffer.alloc(188 * count, Buffer.alloc(188, 0xff).fill('471fff10', 0, 4, 'hex'));

const slice = (piece: Piece, fromByte: number, toByte: number): Piece => ({
  ...piece,
  ...{ byteRange: [fromByte, toByte], sizeBytes: toByte - fromByte },
});

describe('writing a ts of several clips', () => {
  it('loses nothing where a part ends within a packet, before a clip’s cut end and behind a cut start', async () => {
    const { pieces, source, recording } = await bench.record({ gopSeconds: 1 });
    const segments = recording.segments.map(({ uri }) => readFileSync(join(recording.directory, uri)));
    const head = Buffer.concat([nullPackets(60_000), segments[0]]);
    await bench.store.put({ bucket: source.bucket, key: 'head.ts' }, head);
    const first = { ...pieces[0], key: 'head.ts', sizeBytes: head.length };
    const [third, fourth] = pieces.slice(2, 4).map((piece) => ({ ...piece, runIndex: 1 }));
    const [inFirst, inFourth] = [188 * 30_000 + 77, 188 * 100 + 55];
    const parts: Piece[][] = [
      [slice(first, 0, inFirst)],
      [slice(first, inFirst, head.length), pieces[1], third, slice(fourth, 0, inFourth)],
      [slice(fourth, inFourth, fourth.sizeBytes)],
    ];
    const task: TsPartsTask = {
      ...{ kind: 'ts-parts', source, lead: [], cutMode: 'keyframe', workBytes: head.length, clipIndex: 0 },
      trimEnd: { offsetTicks: 90_000 },
      furtherClips: [{ clipIndex: 1, firstRunIndex: 1, source, lead: [], trimStart: { offsetTicks: 90_000 } }],
      parts: parts.map((own, index) => ({ partNumber: index + 1, method: 'stream', pieces: own })),
    };
    const { path, report } = await bench.run(task, (io) => writeTsParts(task, io), { extension: '.ts' });
    const made = readFileSync(path);
    expect(made.subarray(0, head.length).equals(head)).toBe(true);
    expect(made.subarray(made.length - segments[3].length).equals(segments[3])).toBe(true);
    expect(made.length % 188).toBe(0);
    expect(made.length).toBeLessThan(head.length + segments[1].length + segments[2].length + segments[3].length);
    expect(report.clipCuts).toMatchObject([{ clipIndex: 0 }, { clipIndex: 1, startDeltaTicks: 0 }]);
    expect(await decodeComplaints(path)).toBe('');
  });
});
