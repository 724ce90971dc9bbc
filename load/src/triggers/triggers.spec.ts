import { describe, expect, it } from '@jest/globals';
import type { LagTrigger, QueryTrigger, Sample } from '@clipfleet/deploy';
import { lagOf } from './lag.js';
import { queryValue } from './query-value.js';

const lag: LagTrigger = {
  ...{ type: 'nats-jetstream', name: 'lag', target: 2, activation: 0 },
  ...{ account: '$G', stream: 'WORK', consumer: 'segment' },
};

describe('lagOf', () => {
  const consumers = [
    { name: 'plan', num_pending: 9, num_ack_pending: 9 },
    { name: 'segment', num_pending: 3, num_ack_pending: 4 },
  ];
  const report = {
    account_details: [
      { name: 'other', stream_detail: [{ name: 'WORK', consumer_detail: [] }] },
      { name: '$G', stream_detail: [{ name: 'EVENTS' }, { name: 'WORK', consumer_detail: consumers }] },
    ],
  };

  it('is what waits and what runs', () => {
    expect(lagOf(report, lag)).toBe(7);
  });

  it.each([
    [{}, lag],
    [report, { ...lag, account: 'nobody' }],
    [report, { ...lag, stream: 'EVENTS' }],
    [report, { ...lag, consumer: 'thumb' }],
  ])('is not known where the consumer is not told of', (given, trigger) => {
    expect(() => lagOf(given, trigger)).toThrow(/no consumer/);
  });
});

describe('queryValue', () => {
  const trigger: QueryTrigger = {
    ...{ type: 'prometheus', name: 'work', query: 'x', target: 60, activation: 0 },
    ignoreNullValues: false,
  };
  const sample = (text: string): Sample => ({ metric: {}, value: [0, text] });

  it('is the one value', () => {
    expect(queryValue([sample('12.5')], trigger)).toBe(12.5);
  });

  it.each([[[]], [[sample('NaN')]], [[sample('+Inf')]]])('is not known of %j, or 0 if that is ignored', (samples) => {
    expect(() => queryValue(samples, trigger)).toThrow(/no result/);
    expect(queryValue(samples, { ...trigger, ignoreNullValues: true })).toBe(0);
  });

  it('is not known of several', () => {
    expect(() => queryValue([sample('1'), sample('2')], trigger)).toThrow(/2 results/);
  });
});
