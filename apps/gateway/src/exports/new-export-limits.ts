import type { TenantLimits } from '@clipfleet/ledger';
import type { GatewayConfig } from '../gateway-config.js';

/**
 * As many plans may be in a queue on the way past the dispatcher. An import that finds the fleet idle must not have filled the
 * planners' queue before it is held for the first time.
 */
const MAX_UNASKED = 8;

/** What a new export of a tenant is held against: from which on it is refused, and from which on it waits. */
export const newExportLimits = (
  limits: TenantLimits,
  config: GatewayConfig,
): { maxActiveExports: number; maxRunningExports: number } => ({
  maxActiveExports: limits.maxActiveExports ?? config.maxActiveExports,
  // with a limit of its own it waits for the dispatcher, which counts by tenants
  maxRunningExports: limits.maxRunningExports === undefined ? Math.min(config.maxRunningExports, MAX_UNASKED) : 0,
});
