import {
  type CanActivate,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClipfleetError, type TokenScope } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { admit, type TenantService } from '../exports/export-service.js';
import type { RequestLimits } from './request-limits.js';

interface TenantRequest extends FastifyRequest {
  tenant?: Tenant;
}

const SCOPE = Symbol('scope');
const FIELD = 'Authorization';

/** On a handler or controller whose scope is not what its method says (GET reads, others write). `any`: every token will do. */
export const NeedsScope = (scope: TokenScope | 'any'): CustomDecorator<symbol> => SetMetadata(SCOPE, scope);

/** Lets in who has a token that is known, has not expired, and has the scope that the request needs. */
export abstract class TokenGuard implements CanActivate {
  /** Of the scopes that requests need. */
  protected abstract readonly family: 'exports' | 'files';

  constructor(
    protected readonly tenants: TenantService,
    private readonly limits: RequestLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<TenantRequest>();
    const token = this.tokenIn(request.headers.authorization);
    if (token === undefined) {
      const message = 'the header "Authorization: Bearer TOKEN" is missing';
      throw new ClipfleetError('unauthenticated', message, { details: { field: FIELD } });
    }
    const needed = { scope: this.scopeOf(context, request.method), what: 'the token', field: FIELD };
    request.tenant = admit(await this.tenants.authenticate(token), needed, Date.now());
    this.limits.take(request.tenant, this.family === 'exports' ? 'native' : 'file');
    return true;
  }

  protected abstract tokenIn(authorization: string | undefined): string | undefined;

  private scopeOf(context: ExecutionContext, method: string): TokenScope | undefined {
    const declared =
      scopeOn(context.getHandler()) ?? scopeOn(context.getClass()) ?? (`${this.family}:${accessOf(method)}` as const);
    return declared === 'any' ? undefined : declared;
  }
}

const accessOf = (method: string): 'read' | 'write' => (method === 'GET' || method === 'HEAD' ? 'read' : 'write');

const scopeOn = (target: object): TokenScope | 'any' | undefined =>
  Reflect.getMetadata(SCOPE, target) as TokenScope | 'any' | undefined;

/** The tenant that a {@link TokenGuard} let in. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): Tenant => {
  const { tenant } = context.switchToHttp().getRequest<TenantRequest>();
  if (!tenant) throw new Error('CurrentTenant needs a TokenGuard');
  return tenant;
});
