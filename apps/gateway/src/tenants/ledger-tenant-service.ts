import { Inject, Injectable } from '@nestjs/common';
import {
  mayRead,
  mayWrite,
  STANDARD_TENANT,
  type Tenant,
  type TenantPlaces,
  TenantRepository,
  type TenantTerms,
} from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';
import { ShortMemory } from './short-memory.js';
import { TenantService } from './tenant-service.js';

/** Tokens are hashed before anything else: neither memory of this process nor the ledger holds them. */
@Injectable()
export class LedgerTenantService extends TenantService {
  private readonly byToken = new ShortMemory<Tenant>((hash) => this.tenants.authenticate(Buffer.from(hash, 'base64')));
  private readonly slugs = new ShortMemory<TenantPlaces>((slug) => this.tenants.findBySlug(slug));
  private readonly terms = new ShortMemory<TenantTerms>((tenantId) => this.tenants.terms(tenantId));

  constructor(@Inject(TenantRepository) private readonly tenants: TenantRepository) {
    super();
  }

  override authenticateHash(tokenHash: string): Promise<Tenant | undefined> {
    return this.byToken.get(tokenHash);
  }

  override recallHash(tokenHash: string): Tenant | undefined {
    return this.byToken.recall(tokenHash);
  }

  /** For whom a public address speaks; no token is known. */
  bySlug(slug: string): Promise<TenantPlaces | undefined> {
    return this.slugs.get(slug);
  }

  override mayRead(tenant: Tenant, ref: ObjectRef): boolean {
    return mayRead(tenant, ref);
  }

  override mayWrite(tenant: Tenant, ref: ObjectRef): boolean {
    return mayWrite(tenant, ref);
  }

  async termsOf(tenantId: string): Promise<TenantTerms> {
    return (await this.terms.get(tenantId)) ?? { kind: STANDARD_TENANT, limits: {} };
  }
}
