/** What a token lets its bearer do, beside the tenant's allow-list of buckets. Closed: the ledger checks it too. */
export const tokenScopes = ['exports:read', 'exports:write', 'files:read', 'files:write'] as const;
export type TokenScope = (typeof tokenScopes)[number];

const isScope = (text: string): text is TokenScope => tokenScopes.some((scope) => scope === text);

/** Scopes in one text, by spaces (RFC 6749 §3.3) or commas. Undefined: one of them is not known, or there is none. */
export const parseScopes = (text: string): TokenScope[] | undefined => {
  const named = text.split(/[\s,]+/).filter((name) => name !== '');
  return named.length > 0 && named.every(isScope) ? [...new Set(named)] : undefined;
};
