import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What one upload may store, and until when. Its bearer needs no token: the gateway signed it. */
export const uploadPolicy = z.object({
  fileId: z.string(),
  tenantId: z.string(),
  slug: z.string(),
  name: z.string(),
  cdnPath: z.string(),
  categoryId: z.string().optional(),
  expiresAtMs: z.int(),
});
export type UploadPolicy = z.infer<typeof uploadPolicy>;

export type PolicyVerdict = { ok: true; policy: UploadPolicy } | { ok: false; reason: 'altered' | 'expired' };

/** As the two texts that clients send back: the policy, and who vouches for it. */
export const signPolicy = (policy: UploadPolicy, secret: string): { policy: string; authorization: string } => {
  const text = Buffer.from(JSON.stringify(policy)).toString('base64url');
  return { policy: text, authorization: macOf(text, secret) };
};

export const verifyPolicy = (
  signed: { policy: string; authorization: string },
  { secret, nowMs }: { secret: string; nowMs: number },
): PolicyVerdict => {
  const expected = Buffer.from(macOf(signed.policy, secret));
  const given = Buffer.from(signed.authorization);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { ok: false, reason: 'altered' };
  const policy = uploadPolicy.parse(JSON.parse(Buffer.from(signed.policy, 'base64url').toString()));
  return policy.expiresAtMs > nowMs ? { ok: true, policy } : { ok: false, reason: 'expired' };
};

const macOf = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(`clipfleet upload policy\n${text}`).digest('base64url');
