import { LedgerDatabase, sha256, TenantRepository } from '@clipfleet/ledger';
import { randomBytes } from 'node:crypto';
import { UsageError } from '../terminal.js';
import { demoTenantSlug } from '../demo/demo-tenant.js';
import { readEnv } from '../workspace.js';

/** These speak to the database, as an administrator does: CLIPFLEET_DATABASE_URL, or the running local stack's. */
export const databaseUrl = (): string => {
  const url = process.env['CLIPFLEET_DATABASE_URL'] ?? readEnv().CLIPFLEET_DATABASE_URL;
  if (!url) throw new UsageError('CLIPFLEET_DATABASE_URL is not set and no local stack is up');
  return url;
};

const withDatabase = async <T>(work: (database: LedgerDatabase) => Promise<T>): Promise<T> => {
  const database = await LedgerDatabase.open({ url: databaseUrl(), poolSize: 1, retryForMs: 0 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
};

/** A grant on the command line: `store/bucket/prefix:rw`. */
export const parseGrant = (
  text: string,
): { storeId: string; bucket: string; prefix: string; canRead: boolean; canWrite: boolean } => {
  const match = /^([a-z0-9-]+)\/([^/:]+)(?:\/([^:]*))?:(r|w|rw)$/.exec(text);
  if (!match) throw new UsageError(`${text} is no grant: write STORE/BUCKET[/PREFIX]:r, :w or :rw`);
  const [, storeId, bucket, prefix = '', rights] = match;
  return { storeId, bucket, prefix, canRead: rights.includes('r'), canWrite: rights.includes('w') };
};

/** Creates a tenant if there is none of this name, gives it a token, and shows that once: only its hash is stored. */
export const createToken = async (tenant: string, grants: string[], label: string): Promise<void> => {
  const token = randomBytes(16).toString('hex').toUpperCase();
  await withDatabase(async (database) => {
    const kept = grants.length > 0 ? grants.map(parseGrant) : await grantsOf(database, tenant);
    await new TenantRepository(database).seed({ slug: tenant, token, tokenLabel: label, grants: kept });
  });
  console.log(token);
};

export const revokeToken = (token: string): Promise<void> =>
  withDatabase(async (database) => {
    await new TenantRepository(database).revokeToken(sha256(token));
    console.log('revoked; gateways notice within seconds');
  });

export const listTokens = (): Promise<void> =>
  withDatabase(async (database) => {
    const rows = await database.query<{ slug: string; label: string; created: string; state: string }>(
      listStatement,
      [],
    );
    for (const { slug, label, created, state } of rows) console.log(`${slug}  ${label}  ${created}  ${state}`);
  });

const listStatement = {
  name: 'cli-list-tokens',
  text: `SELECT t.slug, k.label, to_char(k.created_at, 'YYYY-MM-DD"T"HH24:MI:SSOF') AS created,
           CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at < now() THEN 'expired' ELSE 'valid' END AS state
         FROM tenant_token k JOIN tenant t ON t.id = k.tenant_id ORDER BY t.slug, k.created_at`,
};

const grantsOf = async (database: LedgerDatabase, tenant: string): Promise<ReturnType<typeof parseGrant>[]> => {
  const grants = await database.query<ReturnType<typeof parseGrant>>(
    {
      name: 'cli-grants',
      text: `SELECT g.store_id AS "storeId", g.bucket, g.prefix, g.can_read AS "canRead", g.can_write AS "canWrite"
             FROM tenant_grant g JOIN tenant t ON t.id = g.tenant_id WHERE t.slug = $1`,
    },
    [tenant],
  );
  if (grants.length === 0 && tenant !== demoTenantSlug) {
    throw new UsageError(`the tenant ${tenant} may use nothing yet: give --grant STORE/BUCKET[/PREFIX]:rw`);
  }
  return grants;
};
