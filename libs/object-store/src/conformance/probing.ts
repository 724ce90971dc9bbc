import { describe, expect, it } from '@jest/globals';
import { probeAbilities } from '../probe-abilities.js';
import { type Given, keysUnder } from './given.js';

export const probingConformance = (given: Given): void =>
  describe('probing', () => {
    it('finds out what the store can do, and leaves nothing behind', async () => {
      const found = await probeAbilities(given.store(), given.bucket);
      expect(found).toEqual({
        storeCopy: true,
        conditionalCreate: true,
        equalParts: false,
        subsetCompletion: given.facts.completesSubsets,
      });
      expect(await keysUnder(given, '.clipfleet-probe')).toEqual([]);
      expect(await given.store().listUploads(given.bucket, '.clipfleet-probe')).toEqual([]);
    });
  });
