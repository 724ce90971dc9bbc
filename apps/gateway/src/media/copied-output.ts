import type { Output } from '@clipfleet/timeline';

/** What outputs of the file API have in common: media is copied, and a hole is told rather than hidden. */
export const copiedOutput = (
  output: Pick<Output, 'container' | 'cutMode'> & Partial<Output>,
): Omit<Output, 'destination' | 'overwrite'> => ({
  codec: { kind: 'copy' },
  storeCopy: true,
  pipeline: 'auto',
  gapPolicy: 'fail',
  annotations: { project: '', description: '' },
  ...output,
});
