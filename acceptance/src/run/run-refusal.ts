import path from 'node:path';
import { type AcceptanceFleet, ExportFailure, SOURCES } from '../fleet/acceptance-fleet.js';
import type { Refusal } from '../kinds/refusals.js';

export interface RefusalResult {
  name: string;
  /** The fleet's own words. */
  answer: string;
  problem?: string;
}

export const runRefusal = async (
  fleet: AcceptanceFleet,
  refusal: Refusal,
  directory: string,
): Promise<RefusalResult> => {
  const { name, container, code, says } = refusal;
  const prefix = path.basename(directory);
  for (const [file, body] of await refusal.make(directory)) {
    await fleet.store.put({ bucket: SOURCES, key: `${prefix}/${file}` }, body);
  }
  try {
    await fleet.make({ playlistKey: `${prefix}/index.m3u8`, container, range: { kind: 'whole' } });
    return { name, answer: '', problem: 'it was made' };
  } catch (error) {
    if (!(error instanceof ExportFailure)) throw error;
    const byName = error.code === code && says.test(error.message);
    return { name, answer: error.message, ...(!byName && { problem: `refused otherwise: ${error.message}` }) };
  }
};
