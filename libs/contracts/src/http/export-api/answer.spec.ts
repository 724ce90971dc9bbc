import { describe, expect, it } from '@jest/globals';
import { ClipfleetError } from '../../errors.js';
import { type AnsweredJob, exportApiAnswer, jobAnswer, refusalAnswer } from './answer.js';

const job: AnsweredJob = { state: 'running', container: 'ts', destination: { key: 'a/x.ts' }, retryAfterMs: 1500.4 };

describe('jobAnswer', () => {
  it.each(['queued', 'planning', 'running', 'assembling'] as const)(
    'tells of a %s job that it is worked on, and where it will be',
    (state) => {
      expect(jobAnswer({ ...job, state })).toEqual({
        ErrorCode: 1,
        ErrorMessage: 'work not finish.',
        Version: 'v1',
        Status: 11000,
        VideoPath: '/a/x.ts',
        ImagePath: '',
        TimeWait: 1500,
      });
    },
  );

  it('tells of a completed job that it is finished', () => {
    const answer = jobAnswer({
      ...job,
      state: 'completed',
      container: 'image',
      destination: { key: 'a/x.jpg' },
      retryAfterMs: 0,
    });
    expect(answer).toEqual({
      ErrorCode: 0,
      ErrorMessage: '',
      Version: 'v1',
      Status: 10000,
      VideoPath: '',
      ImagePath: '/a/x.jpg',
      TimeWait: 0,
    });
  });

  it.each([
    [
      { state: 'failed', errorCode: 'segment-missing', errorMessage: 'a/7.ts does not exist' },
      90,
      'a/7.ts does not exist',
    ],
    [{ state: 'failed', errorCode: 'gap' }, 92, 'The recording has a hole inside the range.'],
    [{ state: 'failed' }, 99, 'Something else went wrong.'],
    [{ state: 'cancelled' }, 25, 'The export was cancelled.'],
  ] as const)('tells of %j code %s and what is wrong', (change, code, message) => {
    expect(jobAnswer({ ...job, ...change })).toMatchObject({
      ErrorCode: code,
      ErrorMessage: message,
      Status: 12000,
      TimeWait: 0,
    });
  });

  it('asks for at least a millisecond of patience while there is something to wait for', () => {
    expect(jobAnswer({ ...job, retryAfterMs: 0 }).TimeWait).toBe(1);
  });
});

describe('refusalAnswer', () => {
  it('has the same form as every answer', () => {
    const answer = refusalAnswer(new ClipfleetError('forbidden', 'the bucket x is not yours'));
    expect(exportApiAnswer.strict().parse(answer)).toEqual({
      ErrorCode: 87,
      ErrorMessage: 'the bucket x is not yours',
      Version: 'v1',
      Status: 12000,
      VideoPath: '',
      ImagePath: '',
      TimeWait: 0,
    });
  });
});
