import { describe, expect, it } from '@jest/globals';
import { type Assumptions, capacityPlan, encodePlan, type MeasuredCosts } from './capacity.js';

const costs: MeasuredCosts = {
  cpuMs: { gateway: 60, planner: 30, 'segment-worker': 120, postgres: 30, nats: 6 },
  ...{ messages: 6, messageBytes: 5_000, transactions: 6, workBytes: 10_000, rowBytes: 4_000, outputBytes: 10_000_000 },
  encodeCpuSecondsPerSecond: 0.25,
};
const given: Assumptions = {
  ...{ exportsPerMinute: 600, utilisation: 0.5, coresPerPod: 1, replicas: 3, retentionDays: 10 },
  fewest: { gateway: 3, planner: 2, 'segment-worker': 0, postgres: 1, nats: 1 },
};

describe('the capacity plan', () => {
  it('multiplies what one export costs by how many there are', () => {
    expect(capacityPlan(costs, given)).toEqual({
      exportsPerSecond: 10,
      cores: { gateway: 0.6, planner: 0.3, 'segment-worker': 1.2, postgres: 0.3, nats: 0.06 },
      // 0.6 cores at half a core each are 1.2 pods; never fewer than stand a failure
      pods: { gateway: 3, planner: 2, 'segment-worker': 3, postgres: 1, nats: 1 },
      messagesPerSecond: 60,
      streamBytesPerSecond: 150_000,
      transactionsPerSecond: 60,
      ledgerBytes: 10 * (3_600 * 10_000 + 864_000 * 4_000),
      storeBytesPerSecond: 200_000_000,
    });
  });

  it('grows with the exports, not below the fewest', () => {
    const ten = capacityPlan(costs, { ...given, exportsPerMinute: 6_000 });
    expect(ten.pods).toEqual({ gateway: 12, planner: 6, 'segment-worker': 24, postgres: 6, nats: 2 });
  });
});

describe('the plan for encodes', () => {
  it.each([
    // 120 minutes of media a minute at a quarter of a core each: 30 cores, of which half is to be busy, four to a pod
    [120, { mediaSecondsPerSecond: 120, cores: 30, pods: 15 }],
    [1, { mediaSecondsPerSecond: 1, cores: 0.25, pods: 1 }],
    [0, { mediaSecondsPerSecond: 0, cores: 0, pods: 0 }],
  ])('for %d minutes of media a minute', (exportsPerMinute, expected) => {
    const given = { exportsPerMinute, mediaSecondsEach: 60, utilisation: 0.5, coresPerPod: 4 };
    expect(encodePlan(costs, given)).toEqual(expected);
  });
});
