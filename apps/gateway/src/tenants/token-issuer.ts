import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type ClientCredentials,
  ClipfleetError,
  oneFieldError,
  type TokenRequest,
  type TokenScope,
} from '@clipfleet/contracts';
import { sha256, type TenantClient, TenantClientRepository } from '@clipfleet/ledger';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';

const SECOND_MS = 1000;
const CODE_TTL_MS = 600 * SECOND_MS;
const TOKEN_BYTES = 20;
/** What the secret of a client that does not exist is compared with. */
const NO_SECRET = new Uint8Array(32);

export interface IssuedToken {
  token: string;
  scopes: readonly TokenScope[];
  expiresInSeconds: number;
}

/** Tokens for clients, by their id and secret. Of either only hashes are kept. */
@Injectable()
export class TokenIssuer {
  constructor(
    @Inject(TenantClientRepository) private readonly clients: TenantClientRepository,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'signingSecret' | 'accessTokenTtlMs'>,
  ) {}

  /** Throws `unauthenticated`; a wrong secret takes as long as a right one. */
  async authenticate({ clientId, clientSecret }: ClientCredentials): Promise<TenantClient> {
    const client = await this.clients.find(clientId);
    const isRight = timingSafeEqual(sha256(clientSecret), client?.secretSha256 ?? NO_SECRET);
    if (!client || !isRight) throw new ClipfleetError('unauthenticated', 'client_id or client_secret is wrong');
    if (client.expiresAtMs !== null && client.expiresAtMs <= Date.now())
      throw new ClipfleetError('unauthenticated', 'the client has expired');
    return client;
  }

  /** Gives its bearer nothing without the secret again: it is there for clients who know this step. */
  codeFor({ id }: Pick<TenantClient, 'id'>): { code: string; expiresInSeconds: number } {
    const expiresAtMs = Date.now() + CODE_TTL_MS;
    return { code: this.signedCode(id, expiresAtMs), expiresInSeconds: CODE_TTL_MS / SECOND_MS };
  }

  async issue(request: TokenRequest): Promise<IssuedToken> {
    const client = await this.authenticate(request);
    if (request.code !== undefined) this.checkCode(client.id, request.code);
    const { scopes = client.scopes } = request;
    const notGranted = scopes.find((scope) => !client.scopes.includes(scope));
    if (notGranted !== undefined) throw oneFieldError('scope', `names ${notGranted}, which the client does not have`);
    const nowMs = Date.now();
    const expiresAtMs = Math.min(nowMs + this.config.accessTokenTtlMs, client.expiresAtMs ?? Infinity);
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    await this.clients.issueToken(client, { sha256: sha256(token), scopes, expiresAt: new Date(expiresAtMs) });
    return { token, scopes, expiresInSeconds: Math.max(1, Math.floor((expiresAtMs - nowMs) / SECOND_MS)) };
  }

  private checkCode(clientId: string, code: string): void {
    const expiresAtMs = Number.parseInt(code.split('.', 1)[0], 36);
    const expected = Buffer.from(this.signedCode(clientId, expiresAtMs));
    const given = Buffer.from(code);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw oneFieldError('code', 'is not one that this client was given');
    if (expiresAtMs <= Date.now()) throw oneFieldError('code', 'has expired');
  }

  private signedCode(clientId: string, expiresAtMs: number): string {
    const mac = createHmac('sha256', this.config.signingSecret).update(`code\n${clientId}\n${expiresAtMs}`);
    return `${expiresAtMs.toString(36)}.${mac.digest('base64url')}`;
  }
}
