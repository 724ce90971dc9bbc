/** The cores that one run of ffmpeg may fill: of all, its share where as many others run beside it as there are slots. */
export interface CoreShare {
  coreCount: number;
  /** Undefined: the encoder fills all cores as it likes. */
  threadCount?: number;
}

/**
 * Ranges of one video come together. Encoders that each have a core for themselves wait for nobody: two of one thread take a
 * tenth less processor time than one of many threads on two cores, and end sooner. One that has no neighbour has all cores.
 */
export const coresOfEncode = (rangeCount: number, slots: number, coreCount: number): CoreShare => {
  const atOnce = Math.min(rangeCount, slots);
  if (atOnce <= 1) return { coreCount };
  const share = Math.max(1, Math.ceil(coreCount / atOnce));
  return { coreCount: share, threadCount: share };
};
