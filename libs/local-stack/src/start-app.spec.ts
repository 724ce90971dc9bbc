import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { NODE_OPTIONS } from './start-app.js';

describe('the apps of the local stack', () => {
  it('run with the options of those in the image', () => {
    const dockerfile = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8');
    const entrypoint = /^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '';
    expect(JSON.parse(entrypoint)).toEqual(['node', ...NODE_OPTIONS]);
  });
});
