import { Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  CODE_PATH,
  type CodeAnswer,
  readCredentials,
  readTokenRequest,
  TOKEN_PATH,
  type TokenAnswer,
} from '@clipfleet/contracts';
import { TokenIssuer } from '../../tenants/token-issuer.js';
import { readFormFields } from './read-form-fields.js';

/** Tokens for an id and a secret: at once (RFC 6749 §4.4), or with a code in between, as the file API's own clients do. */
@Controller()
export class TokenController {
  constructor(@Inject(TokenIssuer) private readonly issuer: TokenIssuer) {}

  @Post(CODE_PATH)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async code(@Req() request: FastifyRequest): Promise<CodeAnswer> {
    const client = await this.issuer.authenticate(readCredentials(await fieldsOf(request)));
    const { code, expiresInSeconds } = this.issuer.codeFor(client);
    return { code, expires_in: expiresInSeconds };
  }

  @Post(TOKEN_PATH)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async token(@Req() request: FastifyRequest): Promise<TokenAnswer> {
    const issued = await this.issuer.issue(readTokenRequest(await fieldsOf(request)));
    const { token, scopes, expiresInSeconds } = issued;
    return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds, scope: scopes.join(' ') };
  }
}

const fieldsOf = async (request: FastifyRequest): Promise<Readonly<Record<string, unknown>>> => ({
  ...(await readFormFields(request)),
  ...basicCredentials(request.headers.authorization),
});

/** RFC 6749 §2.3.1. */
const basicCredentials = (authorization: string | undefined): Readonly<Record<string, string>> => {
  const encoded = /^Basic +([\w+/]+=*) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return {};
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return { client_id: decode(id), client_secret: decode(secret) };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};
