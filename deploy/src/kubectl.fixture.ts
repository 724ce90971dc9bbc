import { describe } from '@jest/globals';
import { findKubectl, KubectlUnavailable } from './kubernetes/kubectl.js';

/** A suite that renders. Where no kubectl can be had it counts as skipped, by name and with the reason. */
export const describeWithKubectl = (name: string, suite: () => void): void => {
  try {
    findKubectl();
    describe(name, suite);
  } catch (error) {
    if (!(error instanceof KubectlUnavailable)) throw error;
    describe.skip(`${name} (skipped: ${error.message})`, suite);
  }
};
