import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { requestsLimitedTotal } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

/** A tenant may send what it may in so long all at once. */
const WINDOW_SECONDS = 5;
/** Different limits, not tenants: they are few. */
const MAX_LIMITS = 1_000;

export type LimitedApi = 'export' | 'native' | 'file';
type LimitedTenant = Pick<Tenant, 'id' | 'limits'>;

/**
 * How many requests a tenant may send, to this gateway: each counts for itself, since a shared count would cost every poll a
 * round trip that its answer does not. Behind a balancer N gateways let through N times as many.
 */
@Injectable()
export class RequestLimits {
  private readonly limiters = new LRUCache<number, RateLimiterMemory>({ max: MAX_LIMITS });

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'maxRequestsPerSecond'>) {}

  /** Counts a request. Throws `too-many-requests`. */
  async take({ id, limits }: LimitedTenant, api: LimitedApi): Promise<void> {
    const perSecond = limits.maxRequestsPerSecond ?? this.config.maxRequestsPerSecond;
    try {
      await this.limiterOf(perSecond).consume(id);
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      requestsLimitedTotal.inc({ api });
      throw refusal(perSecond, thrown.msBeforeNext);
    }
  }

  private limiterOf(perSecond: number): RateLimiterMemory {
    const known = this.limiters.get(perSecond);
    if (known) return known;
    const limiter = new RateLimiterMemory({ points: perSecond * WINDOW_SECONDS, duration: WINDOW_SECONDS });
    this.limiters.set(perSecond, limiter);
    return limiter;
  }
}

const refusal = (perSecond: number, retryAfterMs: number): ClipfleetError => {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new ClipfleetError(
    'too-many-requests',
    `the tenant may send ${perSecond} requests a second, ask again in ${seconds} s`,
    { details: { maxRequestsPerSecond: perSecond, retryAfterMs: seconds * 1000 } },
  );
};
