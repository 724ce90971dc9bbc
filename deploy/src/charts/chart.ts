import { z } from 'zod';
import { quantityOf } from '../policies/quantity.js';

/** A chart of others, and what we set of its values. */
export interface Chart {
  /** `repository/chart`, as deploy/README.md installs it. */
  name: string;
  /** Of which the keys were read. A newer one may have moved some: its `values.yaml` is to be read before this is changed. */
  version: string;
  /** In deploy/values, one over the other. */
  files: readonly string[];
  /** Each over those, where it is wanted. */
  overlays?: readonly string[];
  /** Exactly what we set: helm drops what its chart does not know, and says nothing. */
  values: z.ZodType;
}

export const quantity = z.string().refine((text) => quantityOf(text) !== undefined, 'is no quantity of Kubernetes');

/** Without a limit of processor time: what is throttled looks dead. */
export const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ memory: quantity }),
});

/** One may be away, be it in a rollout or with its node. */
export const replicas = z.int().min(2);
