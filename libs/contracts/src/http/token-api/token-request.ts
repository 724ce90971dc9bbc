import { z } from 'zod';
import { type ClipfleetError, type ErrorCode } from '../../errors.js';
import { oneFieldError } from '../field-problem.js';
import { parseScopes, type TokenScope } from '../token-scopes.js';

/** RFC 6749 §3.2, at the address that clients of the file API know. */
export const TOKEN_PATH = '/api/oauth2/access_token';
/** Where the same clients ask for a code first. */
export const CODE_PATH = '/api/oauth2/hydrogen/openapi/authorize';

const grantTypes = ['client_credentials', 'authorization_code'] as const;

export const codeAnswer = z.object({
  code: z.string(),
  expires_in: z.int().positive().meta({ description: 'Seconds.' }),
});
export type CodeAnswer = z.infer<typeof codeAnswer>;

/** RFC 6749 §5.1. */
export const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive().meta({ description: 'Seconds.' }),
  scope: z.string().meta({ description: 'By spaces.' }),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

/** RFC 6749 §5.2, and what other refusals of the file API say. */
export const tokenRefusal = z.object({
  error: z.string(),
  error_description: z.string(),
  status: z.literal('error'),
  error_msg: z.string(),
});

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

export interface TokenRequest extends ClientCredentials {
  /** Of the grant type `authorization_code`: what {@link CODE_PATH} answered. */
  code?: string;
  /** Undefined: all of the client's. */
  scopes?: TokenScope[];
}

/** Fields as a form or JSON has them. Throws `bad-parameter`. */
export const readCredentials = (fields: Readonly<Record<string, unknown>>): ClientCredentials => ({
  clientId: text(fields, 'client_id'),
  clientSecret: text(fields, 'client_secret'),
});

/** As {@link readCredentials}. */
export const readTokenRequest = (fields: Readonly<Record<string, unknown>>): TokenRequest => {
  const grantType = text(fields, 'grant_type');
  if (!grantTypes.some((known) => known === grantType))
    throw oneFieldError('grant_type', `must be ${grantTypes.join(' or ')}`);
  const request: TokenRequest = readCredentials(fields);
  if (grantType === 'authorization_code') request.code = text(fields, 'code');
  if (fields['scope'] === undefined || fields['scope'] === '') return request;
  const scopes = parseScopes(text(fields, 'scope'));
  if (!scopes) throw oneFieldError('scope', 'names a scope that is not known');
  return { ...request, scopes };
};

const MAX_TEXT_LENGTH = 1024;

const text = (fields: Readonly<Record<string, unknown>>, name: string): string => {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH) return value;
  throw oneFieldError(
    name,
    value === undefined ? 'is missing' : `must be a text of 1 to ${MAX_TEXT_LENGTH} characters`,
  );
};

const errorOfField: Readonly<Record<string, string>> = {
  grant_type: 'unsupported_grant_type',
  scope: 'invalid_scope',
  code: 'invalid_grant',
};
const errorOfCode: Partial<Record<ErrorCode, string>> = { unauthenticated: 'invalid_client', internal: 'server_error' };

export const tokenApiRefusal = ({ code, message, details }: ClipfleetError): z.infer<typeof tokenRefusal> => ({
  error: errorOfCode[code] ?? errorOfField[String(details['field'])] ?? 'invalid_request',
  error_description: message,
  status: 'error',
  error_msg: message,
});
