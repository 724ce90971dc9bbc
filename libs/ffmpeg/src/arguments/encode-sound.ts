import type { AudioEncoding } from '@clipfleet/timeline';
import { TIMED_TS } from './encode-frames.js';
import { type MediaWindow, ticksToSecondsText } from './window.js';

/** The encoder of every audio track. */
export const soundOptions = ({ bitrateBps, sampleRateHz, channelCount }: AudioEncoding): string[] => [
  ...['-c:a', 'aac', '-b:a', String(bitrateBps)],
  ...(sampleRateHz === undefined ? [] : ['-ar', String(sampleRateHz)]),
  ...(channelCount === undefined ? [] : ['-ac', String(channelCount)]),
];

/**
 * All sound of a window as a transport stream of audio alone, on the input's own clock. Silence fills what is missing inside, so
 * that sound stays with its pictures; the encoder's first frame lies before the window (ISO/IEC 14496-3: it primes the decoder).
 */
export const encodeSoundOptions = (encoding: AudioEncoding, { startTicks, endTicks }: MediaWindow): string[] => {
  const window = `atrim=start=${ticksToSecondsText(startTicks)}:end=${ticksToSecondsText(endTicks)}`;
  return ['-map', '0:a', '-af', `aresample=async=1,${window}`, ...soundOptions(encoding), ...TIMED_TS];
};
