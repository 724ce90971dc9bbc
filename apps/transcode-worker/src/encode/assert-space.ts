import { ClipfleetError } from '@clipfleet/contracts';

/** Refuses what would fill the worker's disk. */
export const assertSpace = ({ workBytes }: { workBytes: number }, config: { maxScratchBytes: number }): void => {
  const { maxScratchBytes } = config;
  if (workBytes <= maxScratchBytes) return;
  const text = `The range has ${workBytes} bytes; one ffmpeg may read ${maxScratchBytes}.`;
  throw new ClipfleetError('too-long', text, { details: { workBytes, maxScratchBytes } });
};
