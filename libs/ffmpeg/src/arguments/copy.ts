import type { Container } from '@clipfleet/timeline';

export type FileContainer = Extract<Container, 'ts' | 'mp4' | 'mov'>;

const MUXERS: Record<FileContainer, readonly string[]> = {
  ts: ['-f', 'mpegts'],
  // The movie timescale bounds the precision of edit lists: 90000 makes them exact (ISO/IEC 14496-12 §8.6.6).
  mp4: ['-f', 'mp4', '-movie_timescale', '90000', '-movflags', '+faststart'],
  mov: ['-f', 'mov', '-movie_timescale', '90000', '-movflags', '+faststart'],
};

/** Options that name the muxer. */
export const muxerOptions = (container: FileContainer): readonly string[] => MUXERS[container];

/** Packets as they are, of every video and audio stream; other streams only in ts, which carries them. */
export const copyOptions = (container: FileContainer): string[] => [
  '-map',
  '0:v?',
  '-map',
  '0:a?',
  ...(container === 'ts' ? ['-map', '0:s?', '-map', '0:d?'] : []),
  '-c',
  'copy',
  ...muxerOptions(container),
];
