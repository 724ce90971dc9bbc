import { describe, expect, it } from '@jest/globals';
import { describeConfig } from './describe-config.js';
import { defineConfig } from './load-config.js';
import { flagVariable, integerVariable, optional, textVariable } from './variable.js';

describe('describeConfig', () => {
  it('is a markdown row for each variable, in order, with its default or that it is required', () => {
    const schema = defineConfig({
      waitMs: integerVariable('WAIT_MS', { default: 5, min: 0, max: 9, description: 'How long.' }),
      off: flagVariable('OFF', { default: false, description: 'Whether.' }),
      name: textVariable('NAME', { description: 'Either a | b.' }),
      maybe: optional(textVariable('MAYBE', { description: 'Perhaps.' })),
    });
    expect(describeConfig(schema).split('\n')).toEqual([
      '| variable | default | what |',
      '|---|---|---|',
      '| `WAIT_MS` | `5` | How long. |',
      '| `OFF` | `false` | Whether. |',
      '| `NAME` | required | Either a \\| b. |',
      '| `MAYBE` |  | Perhaps. |',
    ]);
  });
});
