import { fleetFaults } from '@clipfleet/contracts';
import { type Coverage, isPlaylist, type Output } from '@clipfleet/timeline';
import type { ChangedExport } from '../exports/changed-export.js';
import type { GatewayConfig } from '../gateway-config.js';

export type PromisedTimes = Pick<GatewayConfig, 'exportSloMs' | 'exportSloCopyPercent' | 'exportSloEncodePercent'>;
type Ended = Pick<
  ChangedExport,
  'state' | 'errorCode' | 'output' | 'result' | 'acceptedAtMs' | 'grownAtMs' | 'endedAtMs' | 'updatedAtMs'
>;

/**
 * Whether an export that has ended kept its time. Undefined: it says nothing of the fleet, as it was cancelled or could not be made of
 * what was asked for.
 */
export const isPromiseKept = (ended: Ended, times: PromisedTimes): boolean | undefined => {
  if (ended.state === 'cancelled') return undefined;
  if (ended.state !== 'completed') {
    return ended.errorCode !== null && !fleetFaults.has(ended.errorCode) ? undefined : false;
  }
  const endedAtMs = ended.endedAtMs ?? ended.updatedAtMs;
  return endedAtMs - possibleFromMs(ended) <= times.exportSloMs + mediaTimeMs(ended) * partOf(ended.output, times);
};

/** What is asked for of a recording that still grows cannot be made before it is recorded. */
const possibleFromMs = ({ acceptedAtMs, grownAtMs, result }: Ended): number => {
  const recordedMs = clipsOf(result)
    .filter(({ clock }) => clock === 'wall')
    .map(({ planned }) => planned.endMs);
  return Math.max(acceptedAtMs, grownAtMs ?? acceptedAtMs, ...recordedMs);
};

const mediaTimeMs = ({ result }: Ended): number =>
  clipsOf(result).reduce((sum, { planned }) => sum + planned.endMs - planned.startMs, 0);

const clipsOf = (result: Ended['result']): readonly Coverage[] => result?.clips ?? (result ? [result.coverage] : []);

/** Of its media time that is beside the fixed time. */
const partOf = (
  { container, codec, pipeline }: Output,
  { exportSloCopyPercent, exportSloEncodePercent }: PromisedTimes,
): number => {
  if (isPlaylist(container) || container === 'image') return 0;
  const isEncoded = codec.kind === 'transcode' || pipeline === 'single-ffmpeg';
  return (isEncoded ? exportSloEncodePercent : exportSloCopyPercent) / 100;
};
