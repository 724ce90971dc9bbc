import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { childLogger, createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { formatPretty } from './pretty-stream.js';
import { currentLoggedWork, withLoggedWork } from './work-context.js';

const collect = (level = 'trace') => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { lines, logger: createLogger({ app: 'gateway', level, destination: { write } }) };
};

describe('createLogger', () => {
  it('writes JSON with the app and an ISO time', () => {
    const { lines, logger } = collect();
    logger.info({ a: 1 }, 'hello');
    expect(lines).toEqual([
      expect.objectContaining({ app: 'gateway', level: 30, a: 1, msg: 'hello', pid: process.pid }),
    ]);
    expect(lines[0]['time']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('leaves out what is below its level', () => {
    const { lines, logger } = collect('warn');
    logger.info('no');
    logger.warn('yes');
    expect(lines.map((line) => line['msg'])).toEqual(['yes']);
  });

  it('carries the work it is written in, across awaits, and no other work', async () => {
    const { lines, logger } = collect();
    const work = (exportId: string) =>
      withLoggedWork({ exportId, generation: 1 }, async () => {
        await delay(1);
        withLoggedWork({ taskIndex: 4 }, () => logger.info('inside'));
      });
    await Promise.all([work('a'), work('b')]);
    logger.info('outside');
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'inside', exportId: 'a', generation: 1, taskIndex: 4 }),
      expect.objectContaining({ msg: 'inside', exportId: 'b', generation: 1, taskIndex: 4 }),
      expect.not.objectContaining({ exportId: expect.anything() }),
    ]);
    expect(currentLoggedWork()).toEqual({});
  });

  it('a child is bound to its export wherever it is used', () => {
    const { lines, logger } = collect();
    childLogger(logger, { exportId: 'a', taskIndex: 2 }).info('sweep');
    expect(lines).toMatchObject([{ exportId: 'a', taskIndex: 2 }]);
  });

  it.each(['secretAccessKey', 'password', 'token', 'authorization', 'signingSecret'])('hides %s', (key) => {
    const { lines, logger } = collect();
    logger.info({ [key]: 'hunter2', store: { [key]: 'hunter2' }, a: { b: { [key]: 'hunter2' } } }, 'x');
    logger.child({ [key]: 'hunter2' }).info('of a child');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]['store']).toEqual({ [key]: '[hidden]' });
  });
});

describe('NestLogger', () => {
  it.each([
    ['log', 20],
    ['verbose', 10],
    ['debug', 20],
    ['warn', 40],
    ['error', 50],
    ['fatal', 60],
  ] as const)('writes %s as level %i with its context', (method, level) => {
    const { lines, logger } = collect();
    new NestLogger(logger)[method]('routes mapped', 'RouterExplorer');
    expect(lines).toMatchObject([{ level, msg: 'routes mapped', context: 'RouterExplorer' }]);
  });

  it('keeps the stack of an error, given as text or as an Error', () => {
    const { lines, logger } = collect();
    const nest = new NestLogger(logger);
    nest.error('boom', 'Error: boom\n at x', 'Context');
    nest.error(new Error('bang'), 'Context');
    expect(lines).toMatchObject([
      { msg: 'boom', stack: 'Error: boom\n at x', context: 'Context' },
      { msg: 'bang', err: { message: 'bang', stack: expect.stringContaining('bang') } },
    ]);
  });
});

describe('formatPretty', () => {
  it('is one readable line, and the stack of an error below', () => {
    const line = {
      level: 40,
      time: '2026-01-02T03:04:05.678Z',
      app: 'planner',
      pid: 1,
      exportId: 'a',
      n: 2,
      msg: 'slow',
    };
    expect(formatPretty(JSON.stringify(line))).toBe('03:04:05.678 WARN  planner: slow  exportId=a n=2\n');
    expect(formatPretty(JSON.stringify({ ...line, err: { stack: 'Error: x\n at y' } }))).toBe(
      '03:04:05.678 WARN  planner: slow  exportId=a n=2\nError: x\n at y\n',
    );
  });
});
