import { decodeComplaints, frameHashes } from '../media/probe.js';
import type { Recording } from '../media/recording.js';
import { sourceFrames } from './checks.fixture.js';

const IGNORED = /^\[null @ .* non monoton|Cannot reuse HTTP connection for different host|^ *Last message repeated/;

export const playlistAt = async (address: string): Promise<string> => (await fetch(address)).text();
export const tagsOf = (playlist: string, name: string): string[] =>
  playlist.split('\n').filter((line) => line.startsWith(`#${name}`));
/**
 * Of decoding: at a join the last sound of one recording reaches over the first of the next, which only the null muxer minds,
 * and from the gateway to a bucket the way leads to another host. What is repeated was told once before.
 */
export const decodingComplaints = async (address: string): Promise<string[]> =>
  (await decodeComplaints(address)).split('\n').filter((line) => line !== '' && !IGNORED.test(line));
/** The pictures that ffmpeg shows of an address: what they are, without when. */
export const picturesAt = async (address: string): Promise<string[]> =>
  (await frameHashes(address)).map(({ md5 }) => md5);
export const picturesOf = async (recording: Recording, fromSeconds = 0, toSeconds = 1e9): Promise<string[]> => {
  const ticks = (seconds: number): number => Math.round(seconds * 90_000);
  const frames = await sourceFrames(recording);
  return frames.filter(({ pts }) => pts >= ticks(fromSeconds) && pts < ticks(toSeconds)).map(({ md5 }) => md5);
};
