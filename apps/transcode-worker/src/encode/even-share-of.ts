import { type EvenShare, evenShare, firstStartTicks, type LocalRun } from '@clipfleet/ffmpeg';
import { unwrapTicks } from '@clipfleet/mpegts';
import type { EncodeRangeTask, GridStart, Piece } from '@clipfleet/timeline';
import { ClipfleetError } from '@clipfleet/contracts';

type Read = (piece: Piece) => AsyncIterable<Uint8Array>;

/**
 * The range's share in the even frames of a run; undefined: frames keep the source's times, or there are none. `isFirst`: of the
 * range's runs. Each run has a clock of its own, and with it a grid, which begins where the clip has the run begin.
 */
export const evenShareOf = async (
  { video: { frameRate }, gridStart, programBase64 }: EncodeRangeTask,
  local: LocalRun,
  isFirst: boolean,
  read: Read,
): Promise<EvenShare | undefined> => {
  if (frameRate === undefined) return undefined;
  if (!isFirst || gridStart === undefined) return evenShare(frameRate, local);
  const programPackets = programBase64 === undefined ? undefined : Buffer.from(programBase64, 'base64');
  const startTicks = await originOf(gridStart, read, programPackets);
  const { window, offsetTicks } = local;
  const passedTicks = unwrapTicks(window.startTicks - offsetTicks - startTicks, gridStart.passedTicks);
  return evenShare(frameRate, local, window.startTicks - passedTicks);
};

/** Where the run begins in the clip, as on the wire. */
const originOf = async (
  { pieces, trimStart }: GridStart,
  read: Read,
  programPackets: Uint8Array | undefined,
): Promise<number> => {
  const ticks = await firstStartTicks(pieces, read, programPackets);
  if (ticks === undefined) throw new ClipfleetError('undecodable', 'The beginning of the clip has no time stamp.');
  return ticks + (trimStart?.offsetTicks ?? 0);
};
