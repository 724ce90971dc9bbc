import { Inject, Injectable } from '@nestjs/common';
import { TenantService } from '../../exports/export-service.js';
import { RequestLimits } from '../request-limits.js';
import { TokenGuard } from '../token.guard.js';

const AUTHORIZATION = /^(?:Bearer|Hydrogen-r1) +([\w.~+/-]+=*) *$/i;

/** As TenantGuard; the vendor's SDK says `Hydrogen-r1` where others say `Bearer`. */
@Injectable()
export class FileApiGuard extends TokenGuard {
  protected override readonly family = 'files';

  constructor(@Inject(TenantService) tenants: TenantService, @Inject(RequestLimits) limits: RequestLimits) {
    super(tenants, limits);
  }

  protected override tokenIn(authorization: string | undefined): string | undefined {
    return AUTHORIZATION.exec(authorization ?? '')?.[1];
  }
}
