import type { TokenScope } from '@clipfleet/contracts';
import type { ObjectRef } from '@clipfleet/timeline';

/** What a tenant may use; absent: the configured default. */
export interface TenantLimits {
  /** Unfinished exports at one time. */
  maxActiveExports?: number;
  /** Of those, exports that are worked on at one time. */
  maxRunningExports?: number;
  /** Share of the fleet while others want it, too. Default 1. */
  weight?: number;
  maxDurationMs?: number;
  /** To each gateway. */
  maxRequestsPerSecond?: number;
}

/** What sort of customer a tenant is, as its operator calls it: a label of metrics, so there are few. */
export const TENANT_KIND_PATTERN = '^[a-z][a-z0-9-]{0,31}$';
export const STANDARD_TENANT = 'standard';

export interface TenantTerms {
  kind: string;
  limits: TenantLimits;
}

/** One line of a tenant's allow-list. A key is covered when it starts with `prefix`; the empty prefix covers the bucket. */
export interface TenantGrant {
  storeId: string;
  bucket: string;
  prefix: string;
  canRead: boolean;
  canWrite: boolean;
}

/** Owner of tokens, quotas, and of the buckets and prefixes it may read and write. */
export interface Tenant {
  id: string;
  slug: string;
  name: string;
  limits: TenantLimits;
  grants: TenantGrant[];
  /** Of the token that authenticated. */
  scopes: TokenScope[];
  /** Epoch ms from which that token is no longer good; null: it does not end. */
  tokenExpiresAtMs: number | null;
}

/** What is known of a tenant without a token. */
export type TenantPlaces = Pick<Tenant, 'id' | 'slug' | 'grants'>;

const covers = (grant: TenantGrant, ref: ObjectRef): boolean =>
  grant.storeId === ref.storeId && grant.bucket === ref.bucket && ref.key.startsWith(grant.prefix);

export const mayRead = (tenant: Pick<Tenant, 'grants'>, ref: ObjectRef): boolean =>
  tenant.grants.some((grant) => grant.canRead && covers(grant, ref));

export const mayWrite = (tenant: Tenant, ref: ObjectRef): boolean =>
  tenant.grants.some((grant) => grant.canWrite && covers(grant, ref));
