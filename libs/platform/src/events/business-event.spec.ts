import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { defineEvent } from './business-event.js';

describe('defineEvent', () => {
  it('is a log line and a metric in one call', () => {
    const lines: unknown[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line));
    const logger = createLogger({ app: 'test', level: 'info', destination: { write } });
    const observed: string[] = [];
    const exportFailed = defineEvent<{ exportId: string; code: string }>({
      name: 'export.failed',
      level: 'warn',
      observe: ({ code }) => void observed.push(code),
    });
    exportFailed(logger, { exportId: 'a', code: 'gap' });
    expect(lines).toMatchObject([
      { level: 40, event: 'export.failed', msg: 'export.failed', exportId: 'a', code: 'gap' },
    ]);
    expect(observed).toEqual(['gap']);
  });
});
