import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { appNames } from './repository.js';
import { appArguments, appEnvironment, NODE_OPTIONS } from './start-app.js';

interface Workload {
  kind: string;
  spec: { template: { spec: { containers: { args: string[]; env?: { name: string; value: string }[] }[] } } };
}

const fileOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the apps of the local stack', () => {
  it('run with the options of those in the image', () => {
    const dockerfile = fileOf('Dockerfile');
    const wordsOf = (instruction: string): unknown =>
      JSON.parse(new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '');
    expect(wordsOf('ENTRYPOINT')).toEqual(['node', ...NODE_OPTIONS]);
    expect(wordsOf('CMD')).toEqual(appArguments('gateway'));
  });

  it.each(appNames)('run with those of the cluster: %s', (app) => {
    const [deployment] = parseAllDocuments(fileOf(`deploy/k8s/base/apps/${app}.yaml`))
      .map((document) => document.toJS() as Workload)
      .filter(({ kind }) => kind === 'Deployment');
    const [{ args, env = [] }] = deployment.spec.template.spec.containers;
    expect(args).toEqual(appArguments(app));
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject(appEnvironment(app));
  });
});
