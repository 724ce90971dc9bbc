import { abortSignalsConformance } from './abort-signals.js';
import { abortingConformance } from './aborting.js';
import { completionConformance } from './completion.js';
import { conditionalCreateConformance } from './conditional-create.js';
import { copiedPartsConformance } from './copied-parts.js';
import { failuresConformance } from './failures.js';
import type { Given } from './given.js';
import { keysConformance } from './keys.js';
import { listingConformance } from './listing.js';
import { objectsConformance } from './objects.js';
import { probingConformance } from './probing.js';
import { rangesConformance } from './ranges.js';
import { signedUrlsConformance } from './signed-urls.js';
import { uploadsConformance } from './uploads.js';

/** What every store must do, whatever it is made of. Call inside a `describe` whose `beforeAll` opens the store. */
export function objectStoreConformance(given: Given): void {
  objectsConformance(given);
  rangesConformance(given);
  conditionalCreateConformance(given);
  listingConformance(given);
  uploadsConformance(given);
  copiedPartsConformance(given);
  completionConformance(given);
  abortingConformance(given);
  keysConformance(given);
  failuresConformance(given);
  signedUrlsConformance(given);
  abortSignalsConformance(given);
  probingConformance(given);
}
