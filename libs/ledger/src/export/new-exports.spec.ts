import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { FoundExport, NewExport } from './export.repository.js';
import { NewExports } from './new-exports.js';

const input = (name: number, maxRunningExports = 1): NewExport =>
  ({ fingerprint: String(name), maxRunningExports }) as NewExport;

/** A ledger that commits when it is told to. */
const slowLedger = () => {
  const statements: { names: number[]; commit: () => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
  const run = <T>(inputs: readonly NewExport[], answer: T): Promise<T> =>
    new Promise((resolve, reject) => {
      statements.push({
        names: inputs.map(({ fingerprint }) => Number(fingerprint)),
        commit: () => (resolve(answer), turn()),
        fail: (error) => (reject(error), turn()),
      });
    });
  const found = ({ fingerprint }: NewExport) => ({ export: { fingerprint } }) as FoundExport;
  const newExports = new NewExports({
    createOrFind: (one) => run([one], found(one)),
    createOrFindMany: (many) =>
      run(
        many,
        many.map((one) => ({ status: 'fulfilled' as const, value: found(one) })),
      ),
  });
  return { newExports, statements, sent: () => statements.map(({ names }) => names) };
};

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('NewExports', () => {
  it('sends at once what comes alone', async () => {
    const { newExports, statements, sent } = slowLedger();
    const one = newExports.createOrFind(input(1));
    await turn();
    expect(sent()).toEqual([[1]]);
    await statements[0].commit();
    expect(await one).toMatchObject({ export: { fingerprint: '1' } });
  });

  it('sends together what comes while two statements are under way', async () => {
    const { newExports, statements, sent } = slowLedger();
    const answers: Promise<FoundExport>[] = [];
    for (const name of range(0, 5)) {
      answers.push(newExports.createOrFind(input(name)));
      await turn();
    }
    expect(sent()).toEqual([[0], [1]]);
    await statements[1].commit();
    await turn();
    expect(sent()).toEqual([[0], [1], [2, 3, 4]]);
    await statements[0].commit();
    await statements[2].commit();
    expect((await Promise.all(answers)).map((one) => one.export.fingerprint)).toEqual(range(0, 5).map(String));
  });

  it('sends no more than 128 at once, and those of another limit apart', async () => {
    const { newExports, statements, sent } = slowLedger();
    for (const name of range(0, 200)) void newExports.createOrFind(input(name));
    for (const name of range(200, 203)) void newExports.createOrFind(input(name, 2));
    await turn();
    await turn();
    expect(sent()).toEqual([range(0, 128), range(200, 203)]);
    await statements[0].commit();
    await turn();
    expect(sent()[2]).toEqual(range(128, 200));
  });

  it('sends them one by one when the ledger does not take them together', async () => {
    const { newExports, statements, sent } = slowLedger();
    const answers = Promise.allSettled(range(0, 3).map((name) => newExports.createOrFind(input(name))));
    await turn();
    await statements[0].fail(new Error('one of them is wrong'));
    expect(sent()).toEqual([[0, 1, 2], [0], [1], [2]]);
    await statements[1].commit();
    await statements[2].fail(new Error('this one'));
    await statements[3].commit();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fails all of them when the ledger is away, and goes on with the next', async () => {
    const { newExports, statements, sent } = slowLedger();
    const answers = Promise.allSettled(range(0, 3).map((name) => newExports.createOrFind(input(name))));
    await turn();
    await statements[0].fail(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    void newExports.createOrFind(input(9));
    await turn();
    expect(sent()).toEqual([[0, 1, 2], [9]]);
  });
});
