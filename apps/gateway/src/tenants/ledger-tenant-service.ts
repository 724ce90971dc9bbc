import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  mayRead,
  mayWrite,
  type Tenant,
  type TenantLimits,
  type TenantPlaces,
  TenantRepository,
} from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';
import { TenantService } from './tenant-service.js';

/** How long a revoked token may still be good, and an unknown one still be unknown. */
const KNOWN_TTL_MS = 10_000;
const UNKNOWN_TTL_MS = 1_000;
const MAX_TOKENS = 10_000;

/** An answer in an object, since a cache cannot hold undefined. */
interface Answer<T> {
  value: T | undefined;
}

/** Tokens are hashed before anything else: neither memory of this process nor the ledger holds them. */
@Injectable()
export class LedgerTenantService extends TenantService {
  private readonly byToken = new LRUCache<string, Answer<Tenant>>({ max: MAX_TOKENS, ttl: KNOWN_TTL_MS });
  private readonly slugs = new LRUCache<string, Answer<TenantPlaces>>({ max: MAX_TOKENS, ttl: KNOWN_TTL_MS });
  private readonly limits = new LRUCache<string, Answer<TenantLimits>>({ max: MAX_TOKENS, ttl: KNOWN_TTL_MS });

  constructor(@Inject(TenantRepository) private readonly tenants: TenantRepository) {
    super();
  }

  override async authenticateHash(tokenHash: string): Promise<Tenant | undefined> {
    const known = this.byToken.get(tokenHash);
    if (known) return known.value;
    const value = await this.tenants.authenticate(Buffer.from(tokenHash, 'base64'));
    this.byToken.set(tokenHash, { value }, { ttl: value ? KNOWN_TTL_MS : UNKNOWN_TTL_MS });
    return value;
  }

  /** For whom a public address speaks; no token is known. */
  async bySlug(slug: string): Promise<TenantPlaces | undefined> {
    const known = this.slugs.get(slug);
    if (known) return known.value;
    const value = await this.tenants.findBySlug(slug);
    this.slugs.set(slug, { value }, { ttl: value ? KNOWN_TTL_MS : UNKNOWN_TTL_MS });
    return value;
  }

  override mayRead(tenant: Tenant, ref: ObjectRef): boolean {
    return mayRead(tenant, ref);
  }

  override mayWrite(tenant: Tenant, ref: ObjectRef): boolean {
    return mayWrite(tenant, ref);
  }

  async limitsOf(tenantId: string): Promise<TenantLimits> {
    const known = this.limits.get(tenantId);
    if (known) return known.value ?? {};
    const value = await this.tenants.limits(tenantId);
    this.limits.set(tenantId, { value });
    return value ?? {};
  }
}
