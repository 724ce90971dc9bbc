import { describe, expect, it } from '@jest/globals';
import { attemptFailed, ClipfleetError, workSubject } from '@clipfleet/contracts';
import { attemptReport } from './attempt-report.js';
import { messageTable, rowOf } from './message-table.js';

const message = { exportId: '0b0f7f0e-0000-4000-8000-000000000000', generation: 2, taskIndex: 5 };
const reportOf = (error: ClipfleetError, subject: string = workSubject.segment, deliveryCount = 3) => {
  const row = rowOf(subject);
  if (!row.workRef) throw new Error(`${subject} has no attempts`);
  return attemptReport({ row: { ...row, workRef: row.workRef }, message, streamSequence: 9, deliveryCount, error });
};

describe('attemptReport', () => {
  const error = new ClipfleetError('upload-failed', 'the store is full', { details: { key: 'a' } });

  it.each(messageTable.filter((row) => row.workRef).map((row) => row.subject))(
    'of %s is a valid message',
    (subject) => {
      expect(attemptFailed.parse(reportOf(error, subject).message)).toMatchObject({
        code: 'upload-failed',
        deliveryCount: 3,
      });
    },
  );

  it('has one id for each delivery', () => {
    expect(reportOf(error).msgId).toBe(reportOf(error).msgId);
    const ids = [reportOf(error), reportOf(error, workSubject.segment, 4), reportOf(error, workSubject.thumb)];
    expect(new Set(ids.map(({ msgId }) => msgId)).size).toBe(3);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each([
    ['a cycle', cycle, { omitted: 'not JSON' }],
    ['a bigint', { n: 1n }, { omitted: 'not JSON' }],
    ['a log', { log: 'x'.repeat(30_000) }, { omitted: 'too large' }],
    ['undefined', { a: undefined, b: 1 }, { b: 1 }],
  ])('travels also when the details hold %s', (_name, details, expected) => {
    expect(reportOf(new ClipfleetError('internal', 'x', { details })).message.details).toEqual(expected);
  });

  it('cuts an endless message', () => {
    expect(reportOf(new ClipfleetError('internal', 'x'.repeat(9_999))).message.message).toHaveLength(2_000);
  });
});

describe('messageTable', () => {
  it('has a durable name and kind for each subject, no two alike', () => {
    expect(new Set(messageTable.map((row) => row.durable)).size).toBe(messageTable.length);
    expect(messageTable.map((row) => row.durable)).toContain('export-planned');
  });
  it('refuses a subject of someone else', () => {
    expect(() => rowOf('orders.new')).toThrow(/not a subject of the fleet/);
  });
});
