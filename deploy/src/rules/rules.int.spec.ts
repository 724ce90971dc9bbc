import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@clipfleet/local-stack';
import { runCommand } from '@clipfleet/testing';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { generatedFiles } from '../generated-files.js';
import { findPrometheus } from '../prometheus/prometheus-binaries.js';
import { describeWithTool } from '@clipfleet/testing';
import { expressionProblems, metricsOfCode } from '../promql/known-metrics.js';
import { alerts, recordedMetrics, ruleProblems } from './rules.js';

const folder = path.join(repositoryRoot, 'deploy/prometheus');
const read = (name: string): string => readFileSync(path.join(repositoryRoot, name), 'utf8');
const testFiles = readdirSync(path.join(folder, 'tests')).map((name) => path.join(folder, 'tests', name));

interface TestFile {
  tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[];
}
const alertTests = testFiles.flatMap((file) =>
  (parse(readFileSync(file, 'utf8')) as TestFile).tests.flatMap((test) => test.alert_rule_test ?? []),
);

describe('the files that are made from code', () => {
  it.each(Object.keys(generatedFiles()))('are committed as they are made: %s', (name) => {
    expect(read(name)).toBe(generatedFiles()[name]);
  });
});

describe('the rules', () => {
  it('speak of what the code tells, and every alert has its runbook', () => {
    expect(ruleProblems(metricsOfCode(), read('docs/runbooks.md'))).toEqual([]);
  });

  it('are found wrong when a metric is gone', () => {
    const without = new Map([...metricsOfCode()].filter(([name]) => name !== 'clipfleet_dead_letters'));
    expect(ruleProblems(without, read('docs/runbooks.md'))).toContain(
      'rule ClipfleetDeadLetters: no metric is called clipfleet_dead_letters',
    );
  });

  it('are found wrong when a runbook is gone', () => {
    const runbooks = read('docs/runbooks.md').replace('## ClipfleetQueueOld\n', '## Old queues\n');
    expect(ruleProblems(metricsOfCode(), runbooks)).toEqual([expect.stringContaining('no section of this name')]);
  });

  it('record series that others may speak of, by the labels they have', () => {
    const problems = (text: string) => expressionProblems(text, metricsOfCode(), recordedMetrics);
    expect(problems('clipfleet:store_errors:ratio_rate5m{store="disk"}')).toEqual([]);
    expect(problems('clipfleet:store_errors:ratio_rate5m{container="ts"}')).toHaveLength(1);
  });

  it('have no alert twice', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  it.each(alerts.map(({ alert }) => alert))(
    '%s has a test in which it fires, and one in which it does not',
    (alert) => {
      const own = alertTests.filter(({ alertname }) => alertname === alert);
      expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
      expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
    },
  );
});

describeWithTool(
  () => findPrometheus('promtool'),
  'promtool',
  (promtool) => {
    it('takes the rules', async () => {
      const { exitCode, output } = await runCommand(promtool, [
        'check',
        'rules',
        path.join(folder, 'clipfleet.rules.yaml'),
      ]);
      expect([exitCode, output]).toEqual([0, expect.stringContaining('rules found')]);
    });

    it.each(testFiles.map((file) => [path.basename(file), file]))(
      'finds the alerts as %s expects them',
      async (_, file) => {
        const { exitCode, output } = await runCommand(promtool, ['test', 'rules', file]);
        expect([exitCode, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
      },
    );
  },
);
