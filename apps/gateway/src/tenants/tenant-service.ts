import { hash } from 'node:crypto';
import type { Tenant } from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';

/** Base64 of a token's SHA-256: all of it that is kept anywhere. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64');

/** Who calls, and what they may touch. Also the injection token. */
export abstract class TenantService {
  /** The tenant of a token, or undefined when it is unknown, expired or revoked. Answers are kept for some seconds. */
  authenticate(token: string): Promise<Tenant | undefined> {
    return this.authenticateHash(hashToken(token));
  }

  /** As {@link authenticate}, by {@link hashToken}. */
  abstract authenticateHash(tokenHash: string): Promise<Tenant | undefined>;
  abstract mayRead(tenant: Tenant, ref: ObjectRef): boolean;
  abstract mayWrite(tenant: Tenant, ref: ObjectRef): boolean;
}
