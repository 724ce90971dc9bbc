import { hash } from 'node:crypto';
import { ClipfleetError, type TokenScope } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';

/** Base64 of a token's SHA-256: all of it that is kept anywhere. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64');

/** Who calls, and what they may touch. Also the injection token. */
export abstract class TenantService {
  /** The tenant of a token, or undefined when it is unknown or revoked. Answers are kept for some seconds: see {@link admit}. */
  authenticate(token: string): Promise<Tenant | undefined> {
    return this.authenticateHash(hashToken(token));
  }

  /** As {@link authenticate}, by {@link hashToken}. */
  abstract authenticateHash(tokenHash: string): Promise<Tenant | undefined>;
  /** The same of a token that was asked for a short time ago. */
  abstract recallHash(tokenHash: string): Tenant | undefined;
  abstract mayRead(tenant: Tenant, ref: ObjectRef): boolean;
  abstract mayWrite(tenant: Tenant, ref: ObjectRef): boolean;
}

/** What a request needs of its token, and what a refusal calls that. */
export interface Admission {
  scope: TokenScope | undefined;
  /** `the token`, `SessionId` */
  what: string;
  /** The field or header that carries it. */
  field: string;
}

/** The tenant of a token that is good for the request now. Throws `unauthenticated`, `token-expired` or `scope-missing`. */
export const admit = (tenant: Tenant | undefined, { scope, what, field }: Admission, nowMs: number): Tenant => {
  if (!tenant) throw new ClipfleetError('unauthenticated', `${what} is not known`, { details: { field } });
  if (tenant.tokenExpiresAtMs !== null && tenant.tokenExpiresAtMs <= nowMs)
    throw new ClipfleetError('token-expired', `${what} has expired`, { details: { field } });
  if (scope !== undefined && !tenant.scopes.includes(scope))
    throw new ClipfleetError('scope-missing', `${what} does not have the scope ${scope}`, {
      details: { field, scope },
    });
  return tenant;
};
