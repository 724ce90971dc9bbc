import { describe, expect, it } from '@jest/globals';
import { manifestLimits } from './manifest-limits.js';
import { measured } from './measured.js';
import { sizesOf } from './sizes.js';
import { type Assumptions, capacityPlan, encodePlan, type MeasuredCosts } from './capacity.js';

const costs: MeasuredCosts = {
  cpuMs: { gateway: 60, planner: 30, 'segment-worker': 120, postgres: 30, nats: 6 },
  ...{ messages: 6, messageBytes: 5_000, transactions: 6, workBytes: 10_000, rowBytes: 4_000, outputBytes: 10_000_000 },
  ...{ endedDiskBytes: 100, endedResidentBytes: 200 },
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

describe('the sizes of servers and nodes', () => {
  const GIB = 2 ** 30;
  const sized = {
    podMemoryBytes: { gateway: GIB, planner: GIB, 'segment-worker': GIB },
    ended: { diskBytes: 100, residentBytes: 200 },
    ...{ messageBytes: 5_000, workBytes: 10_000, rowBytes: 4_000, replicas: 3, fewestNodes: 3 },
    leastBytes: { postgres: 4 * GIB, nats: 2 * GIB },
    node: { cores: 4, memoryBytes: 8 * GIB, usable: 0.5 },
  };

  it('are those of an hour of writes, a day of ended exports, and all pods', () => {
    const { pods } = capacityPlan(costs, given);
    expect(sizesOf(capacityPlan(costs, given), sized)).toEqual({
      // 10 a second × 3,600 × 14,000 bytes × 4 are 1.9 GiB: less than the least
      postgresMemoryBytes: 4 * GIB,
      natsDiskBytes: 10 * (3_600 * 5_000 + 86_400 * 100),
      natsMemoryBytes: 2 * GIB,
      cores: pods.gateway + pods.planner + pods['segment-worker'] + 3 * (pods.postgres + pods.nats),
      memoryBytes: (pods.gateway + pods.planner + pods['segment-worker'] + 3 * (4 + 2)) * GIB,
      // 26 GiB of 4 that are usable on each
      nodes: 7,
    });
  });

  it('grow with the exports where they are not the least', () => {
    const { postgresMemoryBytes, natsMemoryBytes } = sizesOf(
      capacityPlan(costs, { ...given, exportsPerMinute: 6_000 }),
      sized,
    );
    expect({ postgresMemoryBytes, natsMemoryBytes }).toEqual({
      postgresMemoryBytes: 4 * 100 * 3_600 * 14_000,
      natsMemoryBytes: 2 * 100 * 86_400 * 200,
    });
  });
});

describe('the bounds of the manifests', () => {
  it('are read where they are, those of the large component before the others', () => {
    const [production, large] = [manifestLimits(false), manifestLimits(true)];
    expect(production).toMatchObject({
      gatewayPods: 12,
      plannerPods: 8,
      ledgerBytes: 50 * 2 ** 30,
      runningExports: 256,
    });
    expect(large).toMatchObject({
      gatewayPods: 24,
      plannerPods: 8,
      ledgerBytes: 2_300 * 2 ** 30,
      runningExports: 4_096,
    });
  });

  it('of the large component are enough for 10,000 copies a minute', () => {
    const plan = capacityPlan(measured, { ...given, exportsPerMinute: 10_000, utilisation: 0.6, retentionDays: 30 });
    const large = manifestLimits(true);
    expect(large.gatewayPods).toBeGreaterThanOrEqual(plan.pods.gateway);
    expect(large.plannerPods).toBeGreaterThanOrEqual(plan.pods.planner);
    expect(large.segmentWorkerPods).toBeGreaterThanOrEqual(plan.pods['segment-worker']);
    expect(large.ledgerBytes).toBeGreaterThanOrEqual(plan.ledgerBytes);
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
