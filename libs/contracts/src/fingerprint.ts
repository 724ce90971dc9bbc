import { hash } from 'node:crypto';
import type { Edit, Output } from '@clipfleet/timeline';
import { canonicalJson } from './canonical-json.js';

export interface JobIdentity {
  tenantId: string;
  edit: Edit;
  output: Output;
}

const sha256Hex = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

/**
 * The identity of a job, 64 hex digits: a repeated request has the same one, and so finds the same export. Who asked (user,
 * caller, session) is not part of it. How long the output is to stay is, as it was asked for: who asks for longer must not be
 * answered with an object that goes before.
 */
export const fingerprintOf = ({ tenantId, edit, output }: JobIdentity): string => sha256Hex({ tenantId, edit, output });

/**
 * The folder of an output whose request names none, 32 hex digits. It depends on what the output will hold, not on how it is
 * made, whether it may replace another or how long it stays, so that `is_cover` finds the object of an earlier request.
 */
export const pathIdOf = ({ tenantId, edit, output }: JobIdentity): string => {
  const { overwrite: _overwrite, storeCopy: _storeCopy, pipeline: _pipeline, expiresInMs: _stay, ...content } = output;
  return sha256Hex({ tenantId, edit, content }).slice(0, 32);
};
