import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GATEWAY_NODE_OPTIONS, NODE_OPTIONS } from './start-app.js';

const fileOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const gatewayArguments = [...GATEWAY_NODE_OPTIONS, 'apps/gateway/dist/bundle.js'];

describe('the apps of the local stack', () => {
  it('run with the options of those in the image', () => {
    const dockerfile = fileOf('Dockerfile');
    const wordsOf = (instruction: string): unknown =>
      JSON.parse(new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '');
    expect(wordsOf('ENTRYPOINT')).toEqual(['node', ...NODE_OPTIONS]);
    expect(wordsOf('CMD')).toEqual(gatewayArguments);
  });

  it('run with those of the cluster: a gateway has a larger young generation', () => {
    const manifest = fileOf('deploy/k8s/base/apps/gateway.yaml');
    expect(/^ +args: \[(.*)\]$/m.exec(manifest)?.[1]).toBe(gatewayArguments.join(', '));
  });
});
