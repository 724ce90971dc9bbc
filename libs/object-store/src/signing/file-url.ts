import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed address of the gateway's file route grants: to read one object until an instant. */
export interface FileGrant {
  storeId: string;
  bucket: string;
  key: string;
  expiresAtMs: number;
  /** The name to save it under. */
  downloadName?: string;
}

export type FileUrlVerdict =
  { ok: true; grant: FileGrant } | { ok: false; reason: 'malformed' | 'bad-signature' | 'expired' };

/** The path below which the gateway serves files of `file` stores. */
export const FILE_ROUTE = '/files/';

/** A JSON array, so that no two grants have the same text. */
const signatureOf = (grant: FileGrant, signingSecret: string): Buffer =>
  createHmac('sha256', signingSecret)
    .update(JSON.stringify([grant.storeId, grant.bucket, grant.key, grant.expiresAtMs, grant.downloadName ?? null]))
    .digest();

/** `<publicUrl>/files/<storeId>/<bucket>/<key>?expires=<epoch ms>[&download=<name>]&signature=<base64url>` */
export function signFileUrl(grant: FileGrant, options: { signingSecret: string; publicUrl: string }): string {
  const path = [grant.storeId, grant.bucket, ...grant.key.split('/')].map(encodeURIComponent).join('/');
  const query = new URLSearchParams({ expires: String(grant.expiresAtMs) });
  if (grant.downloadName !== undefined) query.set('download', grant.downloadName);
  query.set('signature', signatureOf(grant, options.signingSecret).toString('base64url'));
  return `${options.publicUrl.replace(/\/+$/, '')}${FILE_ROUTE}${path}?${query.toString()}`;
}

/** Reads and checks an address as the gateway receives it: the whole URL, or path and query. */
export function verifyFileUrl(url: string, options: { signingSecret: string; nowMs: number }): FileUrlVerdict {
  const read = parseFileUrl(url);
  if (read === undefined) return { ok: false, reason: 'malformed' };
  const expected = signatureOf(read.grant, options.signingSecret);
  if (read.signature.length !== expected.length || !timingSafeEqual(read.signature, expected)) {
    return { ok: false, reason: 'bad-signature' };
  }
  return options.nowMs < read.grant.expiresAtMs ? { ok: true, grant: read.grant } : { ok: false, reason: 'expired' };
}

function parseFileUrl(url: string): { grant: FileGrant; signature: Buffer } | undefined {
  // Not by `new URL`, which resolves dot segments before anyone has seen them.
  const match = /^[^?#]*?\/files\/([^/?#]+)\/([^/?#]+)\/([^?#]+)\?([^#]*)(?:#.*)?$/.exec(url);
  if (match === null) return undefined;
  const query = new URLSearchParams(match[4]);
  const expires = query.get('expires') ?? '';
  const signature = query.get('signature');
  if (!/^\d{1,15}$/.test(expires) || signature === null) return undefined;
  try {
    const [storeId, bucket, key] = match.slice(1, 4).map(decodeURIComponent);
    const grant: FileGrant = { storeId, bucket, key, expiresAtMs: Number(expires) };
    const downloadName = query.get('download');
    if (downloadName !== null) grant.downloadName = downloadName;
    return { grant, signature: Buffer.from(signature, 'base64url') };
  } catch {
    return undefined; // a malformed percent escape
  }
}
