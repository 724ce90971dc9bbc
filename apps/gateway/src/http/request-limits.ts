import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { requestsLimitedTotal } from '@clipfleet/platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

/** A tenant may send what it may in so long all at once. */
const WINDOW_MS = 5_000;
const MAX_TENANTS = 10_000;

export type LimitedApi = 'export' | 'native' | 'file';
type LimitedTenant = Pick<Tenant, 'id' | 'limits'>;

interface Window {
  endsAtMs: number;
  count: number;
}

/**
 * How many requests a tenant may send, to this gateway: each counts for itself, since a shared count would cost every poll a
 * round trip that its answer does not. Behind a balancer N gateways let through N times as many.
 */
@Injectable()
export class RequestLimits {
  private readonly windows = new LRUCache<string, Window>({ max: MAX_TENANTS });

  constructor(@Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'maxRequestsPerSecond'>) {}

  /** Counts a request. Throws `too-many-requests`. */
  take(tenant: LimitedTenant, api: LimitedApi): void {
    if (this.letsThrough(tenant)) return;
    requestsLimitedTotal.inc({ api });
    const window = this.windows.get(tenant.id);
    throw refusal(this.limitOf(tenant), (window?.endsAtMs ?? 0) - performance.now());
  }

  /** Counts a request, and says whether it is within the limit. */
  letsThrough(tenant: LimitedTenant): boolean {
    const nowMs = performance.now();
    let window = this.windows.get(tenant.id);
    if (!window || window.endsAtMs <= nowMs) {
      window = { endsAtMs: nowMs + WINDOW_MS, count: 0 };
      this.windows.set(tenant.id, window);
    }
    window.count += 1;
    return window.count <= (this.limitOf(tenant) * WINDOW_MS) / 1000;
  }

  private limitOf({ limits }: LimitedTenant): number {
    return limits.maxRequestsPerSecond ?? this.config.maxRequestsPerSecond;
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
