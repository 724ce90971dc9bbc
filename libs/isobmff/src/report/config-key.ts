import type { TrackConfig } from '@clipfleet/mpegts';

/** Bit rates tell how much data there was, not how to decode it; place in the stream and language are the track's. */
const NOT_COMPARED = new Set(['pid', 'streamIndex', 'runIndex', 'language', 'bitRateKbps']);

/** Equal for configurations that can share one `stsd` entry. */
export function configKey(config: TrackConfig): string {
  return JSON.stringify(config, (key, value: unknown) => {
    if (NOT_COMPARED.has(key)) return undefined;
    return value instanceof Uint8Array ? Array.from(value) : value;
  });
}
