import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { TenantService } from '../../exports/export-service.js';

const AUTHORIZATION = /^(?:Bearer|Hydrogen-r1) +([\w.~+/-]+=*) *$/i;

/** As TenantGuard; the vendor's SDK says `Hydrogen-r1` where others say `Bearer`. */
@Injectable()
export class FileApiGuard implements CanActivate {
  constructor(@Inject(TenantService) private readonly tenants: TenantService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { tenant?: Tenant }>();
    const token = AUTHORIZATION.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined)
      throw new ClipfleetError('unauthenticated', 'the header "Authorization: Bearer TOKEN" is missing');
    request.tenant = await this.tenants.authenticate(token);
    if (!request.tenant) throw new ClipfleetError('unauthenticated', 'the token is not known');
    return true;
  }
}
