import type { Tenant } from '@clipfleet/ledger';
import type { ObjectRef } from '@clipfleet/timeline';

/** Who calls, and what they may touch. Also the injection token. */
export abstract class TenantService {
  /** The tenant of a token, or undefined when it is unknown, expired or revoked. Answers are kept for some seconds. */
  abstract authenticate(token: string): Promise<Tenant | undefined>;
  abstract mayRead(tenant: Tenant, ref: ObjectRef): boolean;
  abstract mayWrite(tenant: Tenant, ref: ObjectRef): boolean;
}
