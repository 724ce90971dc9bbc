import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../terminal.js';

/** What the export API answers, refusals included. */
export interface ExportAnswer {
  ErrorCode: number;
  ErrorMessage: string;
  Status: number;
  TimeWait: number;
  Version: string;
  VideoPath: string;
  ImagePath: string;
}

const FINISHED = 10_000;
const FAILED = 12_000;

export const exportPath = '/api/resource/v1/i/export';

export const postExport = async (url: string, body: Record<string, unknown>): Promise<ExportAnswer> => {
  const response = await fetch(new URL(exportPath, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new UsageError(`${url} does not answer: is the stack up?`, { cause });
  });
  const text = await response.text();
  let answer: ExportAnswer;
  try {
    answer = JSON.parse(text) as ExportAnswer;
  } catch (cause) {
    throw new UsageError(`${url} answered HTTP ${response.status}: ${text.slice(0, 300)}`, { cause });
  }
  if (!response.ok) {
    throw new UsageError(`refused (HTTP ${response.status}, code ${answer.ErrorCode}): ${answer.ErrorMessage}`);
  }
  return answer;
};

export const isFinished = (answer: ExportAnswer): boolean => answer.Status === FINISHED;

/** Repeats the POST, which is how this API is polled, until the export is finished; throws when it has failed. */
export const waitForExport = async (
  url: string,
  body: Record<string, unknown>,
  options: { timeoutMs: number; onAnswer?: (answer: ExportAnswer) => void | Promise<void> },
): Promise<ExportAnswer> => {
  const deadlineMs = Date.now() + options.timeoutMs;
  for (;;) {
    const answer = await postExport(url, body);
    if (answer.Status === FAILED) {
      throw new UsageError(`the export failed (code ${answer.ErrorCode}): ${answer.ErrorMessage}`);
    }
    if (isFinished(answer)) return answer;
    await options.onAnswer?.(answer);
    if (Date.now() > deadlineMs) throw new UsageError(`the export is not finished after ${options.timeoutMs} ms`);
    await sleep(Math.min(Math.max(answer.TimeWait, 100), 2_000));
  }
};
