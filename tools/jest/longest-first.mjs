import TestSequencer from '@jest/test-sequencer';

/** A fresh clone knows no durations, and Jest would go by sizes: a long file begun last leaves the other workers idle. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const expected = (test) => LONGEST.findIndex((pattern) => pattern.test(test.path));
    // stable: within a kind as Jest has it
    return super.sort(tests).sort((a, b) => expected(a) - expected(b));
  }
}

/** Whole fleets that are killed, whole fleets, real servers, and the rest. */
const LONGEST = [/\/crash\/.*\.e2e\.spec\.ts$/, /\.e2e\.spec\.ts$/, /\.int\.spec\.ts$/, /\.spec\.ts$/];
