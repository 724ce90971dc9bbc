import { createHash, randomUUID } from 'node:crypto';
import { type TokenScope, tokenScopes } from '@clipfleet/contracts';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import { TenantEntity, TenantGrantEntity, TenantTokenEntity } from './tenant.entities.js';
import {
  STANDARD_TENANT,
  type Tenant,
  type TenantGrant,
  type TenantLimits,
  type TenantPlaces,
  type TenantTerms,
} from './tenant.js';

export const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();

export interface TenantSeed {
  /** Identifies the tenant: seeding again updates it. */
  slug: string;
  name?: string;
  /** By `TENANT_KIND_PATTERN`. */
  kind?: string;
  limits?: TenantLimits;
  /** Clear text; only its hash is stored. */
  token?: string;
  tokenLabel?: string;
  /** Undefined: all. */
  scopes?: TokenScope[];
  /** Undefined: never. */
  tokenExpiresAt?: Date;
  /** Replaces the tenant's allow-list. */
  grants: TenantGrant[];
  /** 32 bytes. */
  jweKey?: Uint8Array;
}

export class TenantRepository {
  constructor(private readonly database: LedgerDatabase) {}

  /** The tenant of a token that is not revoked. Whether it has expired is for the caller's clock, who keeps the answer. */
  async authenticate(tokenSha256: Uint8Array): Promise<Tenant | undefined> {
    const rows = await this.database.query<Tenant>(authenticateStatement, [tokenSha256]);
    return rows[0];
  }

  /** For whom a public address speaks. */
  async findBySlug(slug: string): Promise<TenantPlaces | undefined> {
    return (await this.database.query<TenantPlaces>(bySlugStatement, [slug]))[0];
  }

  async terms(tenantId: string): Promise<TenantTerms | undefined> {
    const found = await this.database.dataSource.getRepository(TenantEntity).findOneBy({ id: tenantId });
    return found === null ? undefined : { kind: found.kind, limits: found.limits };
  }

  async jweKey(tenantId: string): Promise<Uint8Array | undefined> {
    const found = await this.database.dataSource.getRepository(TenantEntity).findOneBy({ id: tenantId });
    return found?.jweKey ?? undefined;
  }

  /** Creates or updates a tenant; returns its id. */
  async seed(seed: TenantSeed): Promise<string> {
    return this.database.dataSource.transaction(async (manager) => {
      const tenants = manager.getRepository(TenantEntity);
      const found = await tenants.findOneBy({ slug: seed.slug });
      const id = found?.id ?? randomUUID();
      await tenants.save({
        id,
        slug: seed.slug,
        name: seed.name ?? found?.name ?? seed.slug,
        kind: seed.kind ?? found?.kind ?? STANDARD_TENANT,
        limits: seed.limits ?? found?.limits ?? {},
        jweKey: seed.jweKey ? Buffer.from(seed.jweKey) : (found?.jweKey ?? null),
      });
      await manager.getRepository(TenantGrantEntity).delete({ tenantId: id });
      await manager.getRepository(TenantGrantEntity).insert(seed.grants.map((grant) => ({ tenantId: id, ...grant })));
      if (seed.token !== undefined) {
        await manager.getRepository(TenantTokenEntity).upsert(
          {
            id: randomUUID(),
            tenantId: id,
            tokenSha256: sha256(seed.token),
            label: seed.tokenLabel ?? 'seed',
            scopes: seed.scopes ?? [...tokenScopes],
            expiresAt: seed.tokenExpiresAt ?? null,
          },
          { conflictPaths: ['tokenSha256'], skipUpdateIfNoValuesChanged: true },
        );
      }
      return id;
    });
  }

  /** Takes effect when the gateways' short-lived answers have passed. */
  async revokeToken(tokenSha256: Uint8Array): Promise<void> {
    await this.database.dataSource
      .getRepository(TenantTokenEntity)
      .update({ tokenSha256: Buffer.from(tokenSha256) }, { revokedAt: new Date() });
  }
}

/** For set-up code that has an address and no open ledger. */
export const seedTenant = (database: LedgerDatabase, seed: TenantSeed): Promise<string> =>
  new TenantRepository(database).seed(seed);

const grantList = `coalesce((
      SELECT jsonb_agg(jsonb_build_object('storeId', store_id, 'bucket', bucket, 'prefix', prefix,
        'canRead', can_read, 'canWrite', can_write) ORDER BY store_id, bucket, prefix)
      FROM tenant_grant WHERE tenant_id = tenant.id), '[]')`;

const bySlugStatement: Statement = {
  name: 'tenant-by-slug',
  text: `SELECT id, slug, ${grantList} AS grants FROM tenant WHERE slug = $1`,
};

const authenticateStatement: Statement = {
  name: 'tenant-authenticate',
  text: `
    SELECT tenant.id, tenant.slug, tenant.name, tenant.limits, token.scopes,
      (extract(epoch FROM token.expires_at) * 1000)::float8 AS "tokenExpiresAtMs",
      ${grantList} AS grants
    FROM tenant_token token JOIN tenant ON tenant.id = token.tenant_id
      LEFT JOIN tenant_client client ON client.id = token.client_id
    WHERE token.token_sha256 = $1 AND token.revoked_at IS NULL AND client.revoked_at IS NULL`,
};
