import { beforeAll, describe, expect, it } from '@jest/globals';
import { gatewayConfigSchema } from '@clipfleet/gateway/config';
import { plannerConfigSchema } from '@clipfleet/planner/config';
import { segmentWorkerConfigSchema } from '@clipfleet/segment-worker/config';
import { thumbWorkerConfigSchema } from '@clipfleet/thumb-worker/config';
import { transcodeWorkerConfigSchema } from '@clipfleet/transcode-worker/config';
import { repositoryRoot } from '@clipfleet/local-stack';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkManifests, options, overlays, renderOption, renderOverlay } from './check-manifests.js';
import { withFault } from './faults/fault.fixture.js';
import { faults } from './faults/faults.fixture.js';
import { findKubectl } from './kubernetes/kubectl.js';
import { Manifests, nameOf } from './kubernetes/manifests.js';
import { externalSecrets } from './policies/environment.js';
import { factsOfCode } from './policies/facts.js';
import { describeWithTool } from '@clipfleet/testing';
import { natsValuesProblems, readNatsValues } from './policies/values.js';

const facts = factsOfCode({
  gateway: gatewayConfigSchema,
  planner: plannerConfigSchema,
  'segment-worker': segmentWorkerConfigSchema,
  'transcode-worker': transcodeWorkerConfigSchema,
  'thumb-worker': thumbWorkerConfigSchema,
});

const names = [...overlays, ...options];

describeWithTool(findKubectl, 'the manifests of deploy/k8s', () => {
  let rendered: Manifests[];
  let problems: string[][];
  /** All sets in one run: starting the compiler costs more than checking them. */
  beforeAll(async () => {
    rendered = [...overlays.map((overlay) => renderOverlay(overlay)), ...options.map((option) => renderOption(option))];
    const broken = faults.map((fault) => withFault(rendered[names.indexOf(fault.overlay ?? 'production')], fault));
    const production = rendered[names.indexOf('production')];
    const lacking = production.objects.map((_, n) => new Manifests(production.objects.toSpliced(n, 1)));
    problems = await checkManifests([...rendered, ...broken, ...lacking], facts);
  });

  it.each(names.map((name, n) => ({ name, n })))('are right in $name', ({ n }) => {
    expect(problems[n]).toEqual([]);
  });

  describe('are found wrong with', () => {
    it.each(faults.map((fault, n) => ({ ...fault, n })))('$what', ({ expected, n }) => {
      expect(problems[names.length + n].join('\n')).toMatch(expected);
    });
  });

  it('are found wrong without any one of their objects', () => {
    const { objects } = rendered[names.indexOf('production')];
    const withoutEach = problems.slice(names.length + faults.length);
    expect(withoutEach).toHaveLength(objects.length);
    expect(objects.filter((_, n) => withoutEach[n].length === 0).map(nameOf)).toEqual([]);
  });

  it('agree with the values of the NATS chart', () => {
    const production = rendered[names.indexOf('production')];
    const values = readNatsValues();
    expect(natsValuesProblems(values, production, facts)).toEqual([]);
    const { config } = values;
    const lossy = { ...values, config: { ...config, merge: { ...config.merge, max_payload: '<< 1MB >>' } } };
    expect(natsValuesProblems(lossy, production, facts)).toEqual([
      expect.stringContaining('the fleet needs << 8MB >>'),
    ]);
    const greedy = structuredClone(values);
    greedy.config.merge.accounts['CLIPFLEET'].jetstream.max_store = '<< 61GB >>';
    expect(natsValuesProblems(greedy, production, facts)).toEqual([expect.stringContaining('the disks have')]);
    const single = { ...values, config: { ...config, cluster: { enabled: true, replicas: 1 } } };
    expect(natsValuesProblems(single, production, facts)).toContainEqual(expect.stringContaining('in 1 servers'));
  });
});

describe('the README', () => {
  it('makes each Secret that no overlay holds, with all that it has to have', () => {
    const readme = readFileSync(path.join(repositoryRoot, 'deploy/README.md'), 'utf8');
    const commands = /The Secrets, .*?```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const stubs = 'kubectl() { echo kubectl "$@"; }; helm() { :; }; cat() { echo []; };';
    const { stdout } = spawnSync('sh', ['-euc', `${stubs}\n${commands}`], { encoding: 'utf8' });
    const made = new Map(
      [...stdout.matchAll(/create secret generic (\S+)(.*)/g)].map(([, name, rest]) => [
        name,
        [...rest.matchAll(/--from-literal=([\w-]+)=\S/g)].map(([, key]) => key),
      ]),
    );
    const expected = Object.entries(externalSecrets).filter(([name]) => name !== 'clipfleet-ledger-app');
    expect(made).toEqual(new Map(expected.map(([name, values]) => [name, Object.keys(values)])));
    const passwords = [...stdout.matchAll(/nats:\/\/([\w-]+):(\w+)@/g)];
    for (const [, app, password] of passwords) expect(stdout).toContain(`--from-literal=${app}=${password}`);
    expect(new Set(passwords.map(([, , password]) => password)).size).toBe(5);
  });
});

describe('the table of faults', () => {
  it('has no fault twice', () => {
    expect(new Set(faults.map(({ what }) => what)).size).toBe(faults.length);
  });
});
