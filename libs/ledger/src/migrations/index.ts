import { Initial1764000000000 } from './1764000000000-initial.js';

/** In order. A migration that has been released is never changed: the next change is a new one. */
export const ledgerMigrations = [Initial1764000000000];
