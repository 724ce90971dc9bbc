import { Initial1764000000000 } from './1764000000000-initial.js';
import { FingerprintFirst1764000000001 } from './1764000000001-fingerprint-first.js';
import { UploadOwner1764000000002 } from './1764000000002-upload-owner.js';
import { Files1764000000010 } from './1764000000010-files.js';
import { TokenScopes1764000000012 } from './1764000000012-token-scopes.js';
import { MadeFiles1764000000020 } from './1764000000020-made-files.js';
import { FairDispatch1764000000030 } from './1764000000030-fair-dispatch.js';
import { ListsByState1764000000040 } from './1764000000040-lists-by-state.js';
import { OutputExpiry1764000000050 } from './1764000000050-output-expiry.js';
import { ReturnedWork1764000000060 } from './1764000000060-returned-work.js';
import { TenantKind1764000000070 } from './1764000000070-tenant-kind.js';
import { PlanMessages1764000000080 } from './1764000000080-plan-messages.js';

/** In order. A migration that has been released is never changed: the next change is a new one. */
export const ledgerMigrations = [
  Initial1764000000000,
  FingerprintFirst1764000000001,
  UploadOwner1764000000002,
  Files1764000000010,
  TokenScopes1764000000012,
  MadeFiles1764000000020,
  FairDispatch1764000000030,
  ListsByState1764000000040,
  OutputExpiry1764000000050,
  ReturnedWork1764000000060,
  TenantKind1764000000070,
  PlanMessages1764000000080,
];
