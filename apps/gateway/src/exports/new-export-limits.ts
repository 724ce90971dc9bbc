import type { TenantLimits } from '@clipfleet/ledger';
import type { GatewayConfig } from '../gateway-config.js';

/** What a new export of a tenant is held against: from which on it is refused, and from which on it waits. */
export const newExportLimits = (
  limits: TenantLimits,
  config: GatewayConfig,
): { maxActiveExports: number; maxRunningExports: number } => ({
  maxActiveExports: limits.maxActiveExports ?? config.maxActiveExports,
  // with a limit of its own it waits for the dispatcher, which counts by tenants
  maxRunningExports: limits.maxRunningExports === undefined ? config.maxRunningExports : 0,
});
