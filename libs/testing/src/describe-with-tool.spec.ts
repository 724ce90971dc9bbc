import { afterEach, describe, expect, it } from '@jest/globals';
import { ToolUnavailable } from '@clipfleet/local-stack';
import { describeWith } from './describe-with-tool.js';

const before = process.env['CLIPFLEET_REQUIRE_TOOLS'];
const lacking = (): never => {
  throw new ToolUnavailable('no such program here');
};

describe('a suite on something that a machine lacks', () => {
  afterEach(() => {
    if (before === undefined) delete process.env['CLIPFLEET_REQUIRE_TOOLS'];
    else process.env['CLIPFLEET_REQUIRE_TOOLS'] = before;
  });

  it('fails where tools are required, as in CI', () => {
    process.env['CLIPFLEET_REQUIRE_TOOLS'] = '1';
    expect(() => describeWith(lacking, '', 'a suite', () => {})).toThrow(ToolUnavailable);
  });

  it('fails anyhow for another reason than a tool', () => {
    delete process.env['CLIPFLEET_REQUIRE_TOOLS'];
    const broken = (): never => {
      throw new TypeError('a mistake');
    };
    expect(() => describeWith(broken, '', 'a suite', () => {})).toThrow(TypeError);
  });
});
