import { randomBytes } from 'node:crypto';
import { parseScopes, type TokenScope, tokenScopes } from '@clipfleet/contracts';
import {
  LedgerDatabase,
  sha256,
  TENANT_KIND_PATTERN,
  TenantClientRepository,
  TenantRepository,
} from '@clipfleet/ledger';
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

export interface TokenOptions {
  grant: string[];
  scope: string[];
  expires?: string;
  client: boolean;
  /** Of the tenant. */
  kind?: string;
  label: string;
}

/** Creates a tenant if there is none of this name, gives it a token or a client, and shows that once: only hashes are stored. */
export const createToken = async (tenant: string, options: TokenOptions): Promise<void> => {
  const { grant, label, client, expires } = options;
  const kind = options.kind === undefined ? undefined : parseTenantKind(options.kind);
  const scopes = scopesOf(options.scope);
  const expiresAt = expires === undefined ? undefined : parseExpiry(expires, Date.now());
  const shown = await withDatabase(async (database) => {
    const grants = grant.length > 0 ? grant.map(parseGrant) : await grantsOf(database, tenant);
    const tenants = new TenantRepository(database);
    if (!client) {
      const token = randomBytes(16).toString('hex').toUpperCase();
      await tenants.seed({ slug: tenant, kind, token, tokenLabel: label, scopes, tokenExpiresAt: expiresAt, grants });
      return token;
    }
    const [id, secret] = [randomBytes(10).toString('hex'), randomBytes(20).toString('hex')];
    await tenants.seed({ slug: tenant, kind, grants });
    await new TenantClientRepository(database).create({ id, slug: tenant, secret, label, scopes, expiresAt });
    return `client_id=${id}\nclient_secret=${secret}`;
  });
  console.log(shown);
};

export const parseTenantKind = (text: string): string => {
  if (new RegExp(TENANT_KIND_PATTERN).test(text)) return text;
  throw new UsageError(`${text} is no kind of tenant: write a small letter, then small letters, digits and -`);
};

/** All, if none is named. */
const scopesOf = (named: readonly string[]): TokenScope[] => {
  const scopes = named.length === 0 ? [...tokenScopes] : parseScopes(named.join(' '));
  if (!scopes) throw new UsageError(`${named.join(' ')} names no scopes: there are ${tokenScopes.join(', ')}`);
  return scopes;
};

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90d`, `12h`, `30m`, or a date. */
export const parseExpiry = (text: string, nowMs: number): Date => {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const atMs = unit === undefined ? Date.parse(text) : nowMs + Number(count) * unitMs[unit];
  if (!(atMs > nowMs)) throw new UsageError(`${text} is no time to come: write 90d, 12h, 30m or a date`);
  return new Date(atMs);
};

/** A client by its id, with all tokens it was given; else one token. */
export const revokeToken = (given: string): Promise<void> =>
  withDatabase(async (database) => {
    const wasClient = await new TenantClientRepository(database).revoke(given);
    if (!wasClient) await new TenantRepository(database).revokeToken(sha256(given));
    console.log('revoked; gateways notice within seconds');
  });

export const listTokens = (): Promise<void> =>
  withDatabase(async (database) => {
    const rows = await database.query<Record<'slug' | 'label' | 'what' | 'scopes' | 'created' | 'state', string>>(
      listStatement,
      [],
    );
    for (const { slug, label, what, scopes, created, state } of rows)
      console.log([slug, label, what, scopes, created, state].join('  '));
  });

/** Tokens that clients were given are theirs: the client says it all. */
const listStatement = {
  name: 'cli-list-tokens',
  text: `SELECT t.slug, k.label, what, array_to_string(k.scopes, ',') AS scopes,
           to_char(k.created_at, 'YYYY-MM-DD"T"HH24:MI:SSOF') AS created,
           CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired'
             ELSE coalesce('until ' || to_char(k.expires_at, 'YYYY-MM-DD"T"HH24:MI:SSOF'), 'valid') END AS state
         FROM (
           SELECT tenant_id, label, 'token' AS what, scopes, created_at, expires_at, revoked_at
             FROM tenant_token WHERE client_id IS NULL
           UNION ALL
           SELECT tenant_id, label, 'client ' || id, scopes, created_at, expires_at, revoked_at FROM tenant_client
         ) k JOIN tenant t ON t.id = k.tenant_id ORDER BY t.slug, k.created_at`,
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
