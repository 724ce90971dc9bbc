import { Inject, Injectable } from '@nestjs/common';
import { TenantService } from '../../exports/export-service.js';
import { bearerToken } from '../bearer-token.js';
import { RequestLimits } from '../request-limits.js';
import { TokenGuard } from '../token.guard.js';

/** Lets in who has a known `Authorization: Bearer` token. */
@Injectable()
export class TenantGuard extends TokenGuard {
  protected override readonly family = 'exports';

  constructor(@Inject(TenantService) tenants: TenantService, @Inject(RequestLimits) limits: RequestLimits) {
    super(tenants, limits);
  }

  protected override tokenIn(authorization: string | undefined): string | undefined {
    return bearerToken(authorization);
  }
}

export { CurrentTenant } from '../token.guard.js';
