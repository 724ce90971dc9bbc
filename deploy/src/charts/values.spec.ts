import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@clipfleet/local-stack';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tree } from '../faults/fault.fixture.js';
import { valuesFaults } from '../faults/values-faults.fixture.js';
import { natsLimitProblems, readNatsValues } from '../policies/values.js';
import { nats } from './nats.js';
import { chartProblems, charts, readValues, valuesProblems } from './values.js';

const readme = readFileSync(path.join(repositoryRoot, 'deploy/README.md'), 'utf8');

describe('the values of the charts', () => {
  it('are of keys that the charts have, at the versions that the README installs', () => {
    expect(chartProblems(readme)).toEqual([]);
  });

  it.each(valuesFaults)('are found wrong with $what', ({ file, change, expected }) => {
    const chart = charts.find((each) => readValues(each).has(file))!;
    const values = structuredClone(readValues(chart).get(file)) as Tree;
    change(values);
    expect(valuesProblems(chart, file, values)).toContainEqual(expect.stringMatching(expected));
  });

  it('are found to be of another version than the README installs, and of one that it does not', () => {
    const { version } = charts[3];
    expect(chartProblems(readme.replace(`keda --version ${version}`, 'keda --version 2.22.0'))).toEqual([
      `deploy/README.md: installs kedacore/keda 2.22.0, its values were read of ${version}`,
    ]);
    expect(chartProblems(readme.replace(`keda --version ${version}`, 'keda'))).toEqual([
      'deploy/README.md: does not install kedacore/keda at a version',
    ]);
  });

  it('are those of the first file, with the keys of a further one in their place, and none that it takes away', () => {
    const [base, dev] = ['nats.yaml', 'nats-dev.yaml'].map((file) => readNatsValues(file));
    expect([base.config.cluster.enabled, dev.config.cluster.enabled]).toEqual([true, false]);
    expect(dev.config.monitor).toEqual(base.config.monitor);
    expect([base, dev].map(({ podTemplate }) => podTemplate.topologySpreadConstraints === undefined)).toEqual([
      false,
      true,
    ]);
  });

  it.each([...readValues(nats).keys()])('let the servers of %s take no more than they have', (file) => {
    const values = readNatsValues(file);
    expect(natsLimitProblems(values, file)).toEqual([]);
    const greedy = structuredClone(values);
    greedy.config.merge.accounts['CLIPFLEET'].jetstream.max_store = '<< 301GB >>';
    greedy.container.env.GOMEMLIMIT = '8193MiB';
    expect(natsLimitProblems(greedy, file)).toEqual([
      expect.stringContaining('the disks have'),
      expect.stringContaining('GOMEMLIMIT is 8590983168 bytes'),
    ]);
  });
});
