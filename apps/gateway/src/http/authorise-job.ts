import { ClipfleetError } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import type { Edit, ObjectRef, Output } from '@clipfleet/timeline';
import type { TenantService } from '../exports/export-service.js';
import { sidecarKeysOf } from '../exports/sidecar-keys.js';

export interface AuthorisedFields {
  /** The request's field that names what is read, and what is written. */
  read: string;
  write: string;
}

/** Throws `forbidden` for the first object that the tenant's allow-list does not cover. Nothing is looked at in any store. */
export const authoriseJob = (
  tenants: TenantService,
  tenant: Tenant,
  { edit, output }: { edit: Edit; output: Output },
  fields: AuthorisedFields,
): void => {
  for (const ref of edit.clips.flatMap((clip) => clip.source.locations)) {
    if (!tenants.mayRead(tenant, ref)) throw refuse(ref, 'read', fields.read);
  }
  const { destination } = output;
  for (const key of [destination.key, ...sidecarKeysOf(output)]) {
    if (!tenants.mayWrite(tenant, { ...destination, key }))
      throw refuse({ ...destination, key }, 'write', fields.write);
  }
};

const refuse = (ref: ObjectRef, what: 'read' | 'write', field: string): ClipfleetError =>
  new ClipfleetError(
    'forbidden',
    `${field}: the tenant may not ${what} ${ref.key} in bucket ${ref.bucket} of store ${ref.storeId}`,
    {
      details: { field },
    },
  );
