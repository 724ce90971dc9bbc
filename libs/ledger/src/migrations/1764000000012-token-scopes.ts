import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens say what they are good for, and clients exchange a secret for them. Tokens made before keep everything. */
export class TokenScopes1764000000012 implements MigrationInterface {
  name = 'TokenScopes1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...scopes, ...clients]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE tenant_token DROP COLUMN client_id, DROP CONSTRAINT tenant_token_scopes,
      ALTER COLUMN scopes SET DEFAULT '{}'`);
    await runner.query('DROP TABLE tenant_client');
  }
}

// of this migration's day: a scope that comes later comes with a migration of its own
const known = `ARRAY['exports:read', 'exports:write', 'files:read', 'files:write']`;
const check = (table: string): string =>
  `CONSTRAINT ${table}_scopes CHECK (cardinality(scopes) > 0 AND scopes <@ ${known})`;

const scopes = [
  `UPDATE tenant_token SET scopes = ${known} WHERE NOT (cardinality(scopes) > 0 AND scopes <@ ${known})`,
  'ALTER TABLE tenant_token ALTER COLUMN scopes DROP DEFAULT',
  `ALTER TABLE tenant_token ADD ${check('tenant_token')}`,
];

const clients = [
  `CREATE TABLE tenant_client (
    id text PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant ON DELETE CASCADE,
    secret_sha256 bytea NOT NULL CONSTRAINT tenant_client_secret_length CHECK (octet_length(secret_sha256) = 32),
    label text NOT NULL,
    scopes text[] NOT NULL ${check('tenant_client')},
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  'ALTER TABLE tenant_token ADD client_id text REFERENCES tenant_client ON DELETE CASCADE',
  'CREATE INDEX tenant_token_client ON tenant_token (client_id, expires_at) WHERE client_id IS NOT NULL',
];
