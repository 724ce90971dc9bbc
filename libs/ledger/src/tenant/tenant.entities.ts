import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { TenantLimits } from './tenant.js';

@Entity({ name: 'tenant' })
@Check('tenant_jwe_key_length', 'octet_length(jwe_key) = 32')
export class TenantEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { unique: true }) slug: string;
  @Column('text') name: string;
  @Column('jsonb', { default: {} }) limits: TenantLimits;
  /** 32 bytes: the A256GCM key of the tenant's playlist-jwe outputs. Null: the tenant cannot make them. */
  @Column('bytea', { name: 'jwe_key', nullable: true }) jweKey: Uint8Array | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

/** The token itself is never stored. */
@Entity({ name: 'tenant_token' })
export class TenantTokenEntity {
  @PrimaryColumn('uuid') id: string;
  @ForeignKey(() => TenantEntity, { name: 'tenant_token_tenant_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId: string;
  @Column('bytea', { name: 'token_sha256', unique: true }) tokenSha256: Uint8Array;
  @Column('text') label: string;
  @Column('text', { array: true, default: '{}' }) scopes: string[];
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
export const ledgerEntities = [TenantEntity, TenantTokenEntity, TenantGrantEntity];
