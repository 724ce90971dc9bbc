import { describe, expect, it } from '@jest/globals';
import { readExpression } from './expression.js';
import { expressionProblems, metricsOfCode } from './known-metrics.js';

describe('a PromQL expression', () => {
  it('is read as its selectors and groupings', () => {
    const text =
      'sum by (kind, le) (rate(clipfleet_x_bucket{kind="a", app=~"b.*"}[5m])) / on (job) group_left (pod) max(up) > bool 3';
    expect(readExpression(text)).toEqual({
      selectors: [
        {
          metric: 'clipfleet_x_bucket',
          labels: new Map([
            ['kind', 'a'],
            ['app', undefined],
          ]),
        },
        { metric: 'up', labels: new Map() },
      ],
      groupings: ['kind', 'le', 'job', 'pod'],
    });
  });

  it.each(['sum(a[)', 'rate(a[5m]', 'sum by (a', '{job="a"}'])('is refused: %s', (text) => {
    expect(() => readExpression(text)).toThrow();
  });
});

describe('what an expression speaks of', () => {
  const known = metricsOfCode();

  it.each([
    'sum by (kind) (clipfleet_queue_pending{namespace="clipfleet"})',
    'histogram_quantile(0.9, sum by (le, kind) (rate(clipfleet_task_duration_seconds_bucket{outcome="done"}[5m])))',
    'max(clipfleet_backlog_work_seconds{kind="transcode"}) / sum(clipfleet_worker_slots{kind=~"$kind"})',
    'rate(process_cpu_seconds_total{app="gateway"}[1m])',
    'clipfleet_queue_wait_seconds_bucket{le="0.5"} + clipfleet_queue_wait_seconds_bucket{le=~"300([.]0)?"}',
  ])('is there: %s', (text) => {
    expect(expressionProblems(text, known)).toEqual([]);
  });

  it.each([
    ['clipfleet_task_duration_seconds', 'no metric is called clipfleet_task_duration_seconds'],
    ['clipfleet_queue_pending_bucket', 'no metric is called clipfleet_queue_pending_bucket'],
    ['clipfleet_queue_pending{tenant="a"}', 'clipfleet_queue_pending has no label tenant'],
    ['clipfleet_queue_pending{kind="encode"}', 'no work is of kind encode'],
    ['sum by (tenant) (clipfleet_queue_pending)', 'no series here has a label tenant'],
    ['clipfleet_queue_wait_seconds_bucket{le="300"}', 'le="300" is le="300.0" to Prometheus 3'],
    ['clipfleet_queue_wait_seconds_bucket{le="300.0"}', 'le="300" is le="300.0" to Prometheus 3'],
    ['clipfleet:slo:ratio_rate5m', 'no metric is called clipfleet:slo:ratio_rate5m'],
  ])('is missed in %s', (text, problem) => {
    expect(expressionProblems(text, known)).toEqual([expect.stringContaining(problem)]);
  });

  it('may be what a rule records', () => {
    const recorded = new Map([['clipfleet:slo:ratio_rate5m', ['app']]]);
    expect(expressionProblems('sum by (app) (clipfleet:slo:ratio_rate5m)', known, recorded)).toEqual([]);
  });
});
