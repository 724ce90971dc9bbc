import { ToolUnavailable } from '@clipfleet/local-stack';
import { jestDescribe } from './jest-describe.js';

/** A suite that runs a program, whose path it gets. Where it cannot be had the suite counts as skipped, by name and with the reason. */
export const describeWithTool = (find: () => string, name: string, suite: (path: string) => void): void => {
  const describe = jestDescribe();
  try {
    const found = find();
    describe(name, () => suite(found));
  } catch (error) {
    if (!(error instanceof ToolUnavailable)) throw error;
    describe.skip(`${name} (skipped: ${error.message})`, () => suite(''));
  }
};
