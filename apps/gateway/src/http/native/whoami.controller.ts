import { Controller, Get, UseGuards } from '@nestjs/common';
import type { Whoami } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { NeedsScope } from '../token.guard.js';
import { CurrentTenant, TenantGuard } from './tenant.guard.js';

@Controller('v1/whoami')
@UseGuards(TenantGuard)
@NeedsScope('any')
export class WhoamiController {
  @Get()
  whoami(@CurrentTenant() { id, slug, name, limits, grants, scopes }: Tenant): Whoami {
    return { tenant: { id, slug, name }, limits: { ...limits }, grants, scopes };
  }
}
