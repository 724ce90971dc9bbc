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
  afterEach(() => jest.useRealTimers());

  const taken = async (times: number, who = tenant('a')): Promise<number> => {
    const results = await Promise.allSettled(Array.from({ length: times }, () => limits.take(who, 'native')));
    return results.filter(({ status }) => status === 'fulfilled').length;
  };

  it.each([
    ['the configured limit', tenant('a'), 10],
    ['its own, lower', tenant('a', 1), 5],
    ['its own, higher', tenant('a', 4), 20],
  ])('lets a tenant send what it may in five seconds at once, by %s', async (_what, who, most) => {
    expect(await taken(most, who)).toBe(most);
    expect(await taken(3, who)).toBe(0);
  });

  it('says when to ask again, and lets through then', async () => {
    await taken(10);
    jest.advanceTimersByTime(1_500);
    await expect(limits.take(tenant('a'), 'native')).rejects.toMatchObject({
      code: 'too-many-requests',
      details: { retryAfterMs: 4_000, maxRequestsPerSecond: 2 },
    });
    jest.advanceTimersByTime(4_000);
    expect(await taken(1)).toBe(1);
  });

  it('keeps tenants apart', async () => {
    await taken(11);
    expect(await taken(1, tenant('b'))).toBe(1);
  });

  it('counts what it refuses, by API', async () => {
    const count = async (): Promise<number> =>
      (await requestsLimitedTotal.get()).values.find(({ labels }) => labels.api === 'native')?.value ?? 0;
    const before = await count();
    await taken(13);
    expect((await count()) - before).toBe(3);
  });
});
