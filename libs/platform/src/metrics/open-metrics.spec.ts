import { describe, expect, it } from '@jest/globals';
import { context, createContextKey, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import { acceptsOpenMetrics, renderOpenMetrics } from './open-metrics.js';
import { TracedHistogram } from './traced-histogram.js';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const within = (traceFlags: TraceFlags, fn: () => void): void => {
  const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
  context.with(trace.setSpan(ROOT_CONTEXT.setValue(createContextKey('test'), 1), span), fn);
};

describe('what a scraper takes', () => {
  it.each([
    // Prometheus 2.42
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      true,
    ],
    // Prometheus 3 with one more format before it
    ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4', true],
    ['application/openmetrics-text', true],
    ['Application/OpenMetrics-Text; Version=1.0.0', true],
    ['application/openmetrics-text; version=1.0.0; q=0', false],
    ['application/openmetrics-text; version=0.0.1', false],
    ['text/plain; version=0.0.4', false],
    ['*/*', false],
    [undefined, false],
  ])('%s: OpenMetrics %s', (accept, expected) => {
    expect(acceptsOpenMetrics(accept)).toBe(expected);
  });
});

describe('the metrics in OpenMetrics', () => {
  it('have names and values of the text format, and end', async () => {
    const registry = new Registry();
    const registers = [registry];
    new Counter({ name: 'a_total', help: 'With "quotes".', labelNames: ['kind'], registers }).inc({ kind: 'x"\n' }, 2);
    new Counter({ name: 'dead', help: 'No counter by name.', registers }).inc();
    new Gauge({ name: 'b', help: 'A gauge.', registers }).set(Infinity);
    const before = await registry.metrics();
    expect(await renderOpenMetrics(registry)).toBe(
      [
        '# TYPE a counter',
        '# HELP a With \\"quotes\\".',
        'a_total{kind="x\\"\\n"} 2',
        '# TYPE dead unknown',
        '# HELP dead No counter by name.',
        'dead 1',
        '# TYPE b gauge',
        '# HELP b A gauge.',
        'b +Inf',
        '# EOF',
        '',
      ].join('\n'),
    );
    expect(await registry.metrics()).toBe(before);
  });

  it('name the trace of the last value of a bucket, if it is one that is sent', async () => {
    const registry = new Registry();
    const registers = [registry];
    const histogram = new TracedHistogram({ name: 'h', help: 'h', labelNames: ['k'], buckets: [1, 2], registers });
    within(TraceFlags.SAMPLED, () => histogram.observe({ k: 'v' }, 0.5));
    within(TraceFlags.NONE, () => histogram.observe({ k: 'v' }, 1.5));
    within(TraceFlags.SAMPLED, () => histogram.observe({ k: 'v' }, 9));
    histogram.observe({ k: 'v' }, 0.25);
    const lines = (await renderOpenMetrics(registry)).split('\n').filter((line) => line.startsWith('h'));
    const named = `# {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"}`;
    expect(lines.map((line) => line.replace(/ [\d.]+$/, (time) => (line.includes('#') ? ' TIME' : time)))).toEqual([
      `h_bucket{le="1",k="v"} 2 ${named} 0.5 TIME`,
      'h_bucket{le="2",k="v"} 3',
      `h_bucket{le="+Inf",k="v"} 4 ${named} 9 TIME`,
      'h_sum{k="v"} 11.25',
      'h_count{k="v"} 4',
    ]);
    expect(await registry.metrics()).not.toContain('trace_id');
    registry.resetMetrics();
    expect(await renderOpenMetrics(registry)).not.toContain('trace_id');
  });

  it('have durations of timers, in the labels of start and end', async () => {
    const registry = new Registry();
    const buckets = [60];
    const histogram = new TracedHistogram({
      name: 'h',
      help: 'h',
      labelNames: ['a', 'b'],
      buckets,
      registers: [registry],
    });
    within(TraceFlags.SAMPLED, () => void histogram.startTimer({ a: '1' })({ b: '2' }));
    expect(await renderOpenMetrics(registry)).toMatch(/h_bucket\{le="60",a="1",b="2"\} 1 # \{trace_id="a{32}"/);
  });
});
