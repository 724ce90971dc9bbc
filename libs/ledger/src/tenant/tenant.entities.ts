import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { TokenScope } from '@clipfleet/contracts';
import { STANDARD_TENANT, TENANT_KIND_PATTERN, type TenantLimits } from './tenant.js';

@Entity({ name: 'tenant' })
@Check('tenant_kind', `kind ~ '${TENANT_KIND_PATTERN}'`)
@Check('tenant_jwe_key_length', 'octet_length(jwe_key) = 32')
export class TenantEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { unique: true }) slug: string;
  @Column('text') name: string;
  @Column('text', { default: STANDARD_TENANT }) kind: string;
  @Column('jsonb', { default: {} }) limits: TenantLimits;
  /** 32 bytes: the A256GCM key of the tenant's playlist-jwe outputs. Null: the tenant cannot make them. */
  @Column('bytea', { name: 'jwe_key', nullable: true }) jweKey: Uint8Array | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

/** Who may exchange an id and a secret for tokens. The secret itself is never stored. */
@Entity({ name: 'tenant_client' })
@Check('tenant_client_secret_length', 'octet_length(secret_sha256) = 32')
@Check('tenant_client_scopes', 'cardinality(scopes) > 0')
export class TenantClientEntity {
  @PrimaryColumn('text') id: string;
  @ForeignKey(() => TenantEntity, { name: 'tenant_client_tenant_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;
  @Column('bytea', { name: 'secret_sha256' }) secretSha256: Uint8Array;
  @Column('text') label: string;
  @Column('text', { array: true }) scopes: TokenScope[];
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

/** The token itself is never stored. */
@Entity({ name: 'tenant_token' })
@Check('tenant_token_scopes', 'cardinality(scopes) > 0')
@Index('tenant_token_client', ['clientId', 'expiresAt'], { where: 'client_id IS NOT NULL' })
export class TenantTokenEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => TenantEntity, { name: 'tenant_token_tenant_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;
  @Column('bytea', { name: 'token_sha256', unique: true }) tokenSha256: Uint8Array;
  @Column('text') label: string;
  @Column('text', { array: true }) scopes: TokenScope[];
  /** The client that exchanged its secret for it; null: an administrator made it. */
  @ForeignKey(() => TenantClientEntity, { name: 'tenant_token_client_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'client_id', nullable: true })
  clientId: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

@Entity({ name: 'tenant_grant' })
export class TenantGrantEntity {
  @ForeignKey(() => TenantEntity, { name: 'tenant_grant_tenant_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;
  @PrimaryColumn('text', { name: 'store_id' }) storeId: string;
  @PrimaryColumn('text') bucket: string;
  @PrimaryColumn('text') prefix: string;
  @Column('boolean', { name: 'can_read' }) canRead: boolean;
  @Column('boolean', { name: 'can_write' }) canWrite: boolean;
}

/** Tenants are few and cold: TypeORM's repositories serve them. Exports, tasks, uploads and outbox are reached by SQL alone. */
export const ledgerEntities = [TenantEntity, TenantClientEntity, TenantTokenEntity, TenantGrantEntity];
