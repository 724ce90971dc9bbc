import { randomUUID } from 'node:crypto';
import type { TokenScope } from '@clipfleet/contracts';
import type { LedgerDatabase, Statement } from '../database/ledger-database.js';
import { TenantClientEntity, TenantEntity } from './tenant.entities.js';
import { sha256 } from './tenant.repository.js';

export interface NewTenantClient {
  id: string;
  /** Of a tenant that exists. */
  slug: string;
  /** Clear text; only its hash is stored. */
  secret: string;
  label: string;
  scopes: TokenScope[];
  /** Undefined: never. */
  expiresAt?: Date;
}

/** Who may exchange an id and a secret for tokens of a tenant. */
export interface TenantClient {
  id: string;
  tenantId: string;
  secretSha256: Uint8Array;
  scopes: TokenScope[];
  expiresAtMs: number | null;
}

export class TenantClientRepository {
  constructor(private readonly database: LedgerDatabase) {}

  async create({ id, slug, secret, label, scopes, expiresAt }: NewTenantClient): Promise<void> {
    const { dataSource } = this.database;
    const tenant = await dataSource.getRepository(TenantEntity).findOneByOrFail({ slug });
    const secretSha256 = Buffer.from(sha256(secret));
    await dataSource.getRepository(TenantClientEntity).insert({
      ...{ id, tenantId: tenant.id, secretSha256, label, scopes },
      expiresAt: expiresAt ?? null,
    });
  }

  /** Undefined: it is unknown or revoked. */
  async find(id: string): Promise<TenantClient | undefined> {
    return (await this.database.query<TenantClient>(findStatement, [id]))[0];
  }

  /** What expired a day ago goes: a client that asks for a token each time leaves no more than it can use. */
  async issueToken(
    { id, tenantId }: Pick<TenantClient, 'id' | 'tenantId'>,
    token: { sha256: Uint8Array; scopes: readonly TokenScope[]; expiresAt: Date },
  ): Promise<void> {
    const values = [randomUUID(), tenantId, id, token.sha256, token.scopes, token.expiresAt];
    await this.database.query(issueStatement, values);
  }

  /** With all tokens it was given. Takes effect when the gateways' short-lived answers have passed. */
  async revoke(id: string): Promise<boolean> {
    const { affected } = await this.database.dataSource
      .getRepository(TenantClientEntity)
      .update({ id }, { revokedAt: new Date() });
    return affected === 1;
  }
}

const findStatement: Statement = {
  name: 'tenant-client-find',
  text: `
    SELECT id, tenant_id AS "tenantId", secret_sha256 AS "secretSha256", scopes,
      (extract(epoch FROM expires_at) * 1000)::float8 AS "expiresAtMs"
    FROM tenant_client WHERE id = $1 AND revoked_at IS NULL`,
};

const issueStatement: Statement = {
  name: 'tenant-client-issue',
  text: `
    WITH old AS (DELETE FROM tenant_token WHERE client_id = $3 AND expires_at < now() - interval '1 day')
    INSERT INTO tenant_token (id, tenant_id, client_id, token_sha256, label, scopes, expires_at)
    VALUES ($1, $2, $3, $4, 'client ' || $3, $5, $6)`,
};
