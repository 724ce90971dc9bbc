import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClipfleetError } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { TenantService } from '../../exports/export-service.js';
import { bearerToken } from '../bearer-token.js';

interface TenantRequest extends FastifyRequest {
  tenant?: Tenant;
}

/** Lets in who has a known `Authorization: Bearer` token. */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(@Inject(TenantService) private readonly tenants: TenantService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<TenantRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined)
      throw new ClipfleetError('unauthenticated', 'the header "Authorization: Bearer TOKEN" is missing', onHeader);
    request.tenant = await this.tenants.authenticate(token);
    if (!request.tenant) throw new ClipfleetError('unauthenticated', 'the token is not known', onHeader);
    return true;
  }
}

const onHeader = { details: { field: 'Authorization' } };

/** The tenant that {@link TenantGuard} let in. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): Tenant => {
  const { tenant } = context.switchToHttp().getRequest<TenantRequest>();
  if (!tenant) throw new Error('CurrentTenant needs TenantGuard');
  return tenant;
});
