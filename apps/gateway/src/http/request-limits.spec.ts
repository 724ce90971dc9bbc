import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { requestsLimitedTotal } from '@clipfleet/platform';
import { RequestLimits } from './request-limits.js';

const tenant = (id: string, maxRequestsPerSecond?: number) => ({
  id,
  limits: maxRequestsPerSecond === undefined ? {} : { maxRequestsPerSecond },
});

describe('RequestLimits', () => {
  let limits: RequestLimits;
  beforeEach(() => {
    jest.useFakeTimers();
    limits = new RequestLimits({ maxRequestsPerSecond: 2 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const isTaken = (who: ReturnType<typeof tenant>): boolean => {
    try {
      limits.take(who, 'native');
      return true;
    } catch {
      return false;
    }
  };
  const taken = (times: number, who = tenant('a')): number =>
    Array.from({ length: times }, () => isTaken(who)).filter(Boolean).length;

  it.each([
    ['the configured limit', tenant('a'), 10],
    ['its own, lower', tenant('a', 1), 5],
    ['its own, higher', tenant('a', 4), 20],
  ])('lets a tenant send what it may in five seconds at once, by %s', (_what, who, most) => {
    expect(taken(most, who)).toBe(most);
    expect(taken(3, who)).toBe(0);
  });

  it('says when to ask again, and lets through then', () => {
    taken(10);
    jest.advanceTimersByTime(1_500);
    expect(() => limits.take(tenant('a'), 'native')).toThrow(
      expect.objectContaining({
        code: 'too-many-requests',
        details: { retryAfterMs: 4_000, maxRequestsPerSecond: 2 },
      }),
    );
    jest.advanceTimersByTime(4_000);
    expect(taken(1)).toBe(1);
  });

  it('keeps tenants apart', () => {
    taken(11);
    expect(taken(1, tenant('b'))).toBe(1);
  });

  it('counts what it refuses, by API', async () => {
    const count = async (): Promise<number> =>
      (await requestsLimitedTotal.get()).values.find(({ labels }) => labels.api === 'native')?.value ?? 0;
    const before = await count();
    taken(13);
    expect((await count()) - before).toBe(3);
  });
});
