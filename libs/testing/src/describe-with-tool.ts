import { ToolUnavailable } from '@clipfleet/local-stack';
import { jestDescribe } from './jest-describe.js';

/**
 * A suite on something that a machine may lack, which it gets from `find`. Where that throws `ToolUnavailable` the suite counts
 * as skipped, by name and with the reason; `absent` stands for it while its tests are counted. With CLIPFLEET_REQUIRE_TOOLS=1, as
 * in `.ci/run`, it fails.
 */
export const describeWith = <T>(find: () => T, absent: T, name: string, suite: (found: T) => void): void => {
  const describe = jestDescribe();
  try {
    const found = find();
    describe(name, () => suite(found));
  } catch (error) {
    if (!(error instanceof ToolUnavailable) || process.env['CLIPFLEET_REQUIRE_TOOLS'] === '1') throw error;
    describe.skip(`${name} (skipped: ${error.message})`, () => suite(absent));
  }
};

/** One that runs a program, whose path it gets. */
export const describeWithTool = (find: () => string, name: string, suite: (path: string) => void): void =>
  describeWith(find, '', name, suite);
