import { createCipheriv } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RecordingOptions } from './recording-options.js';
import type { RecordingSegment } from './recording.js';

const KEY = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const PLAYLIST = 'index.m3u8';

/** Writes the media playlist, and makes the files what it says they are: encrypted, or joined into one. */
export const writeHls = async (
  directory: string,
  segments: RecordingSegment[],
  options: RecordingOptions,
): Promise<string> => {
  if (options.encryption !== 'none') await encryptSegments(directory, segments, options);
  if (options.byteRanges) await joinSegments(directory, segments);
  const lines = segments.flatMap((segment, index) => segmentLines(segment, segments[index - 1], index, options));
  const text = [...headLines(segments, options), ...lines, ...(options.ended ? ['#EXT-X-ENDLIST'] : []), ''].join('\n');
  await writeFile(path.join(directory, PLAYLIST), text);
  return PLAYLIST;
};

const headLines = (segments: RecordingSegment[], options: RecordingOptions): string[] => [
  '#EXTM3U',
  // RFC 8216 §7: byte ranges ask for version 4, EXT-X-GAP for 8
  `#EXT-X-VERSION:${options.gapSegments.length > 0 ? 8 : 4}`,
  `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...segments.map((segment) => segment.durationSeconds)))}`,
  `#EXT-X-MEDIA-SEQUENCE:${options.mediaSequence}`,
  ...(options.ended ? ['#EXT-X-PLAYLIST-TYPE:VOD'] : ['#EXT-X-PLAYLIST-TYPE:EVENT']),
  ...(options.encryption === 'sequence-iv' ? ['#EXT-X-KEY:METHOD=AES-128,URI="key.bin"'] : []),
];

const segmentLines = (
  segment: RecordingSegment,
  previous: RecordingSegment | undefined,
  index: number,
  options: RecordingOptions,
): string[] => {
  const { startMs, encryption, mediaSequence } = options;
  const iv = ivOf(mediaSequence + index, encryption).toString('hex');
  return [
    ...(previous && previous.run !== segment.run ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(encryption === 'explicit-iv' ? [`#EXT-X-KEY:METHOD=AES-128,URI="key.bin",IV=0x${iv}`] : []),
    ...(startMs === undefined
      ? []
      : [`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs + Math.round(segment.startSeconds * 1000)).toISOString()}`]),
    ...(segment.isGap ? ['#EXT-X-GAP'] : []),
    `#EXTINF:${segment.durationSeconds.toFixed(6)},`,
    ...(segment.byteRange
      ? [`#EXT-X-BYTERANGE:${segment.byteRange[1] - segment.byteRange[0]}@${segment.byteRange[0]}`]
      : []),
    segment.uri,
  ];
};

/** RFC 8216 §5.2: without an IV attribute, the media sequence number as a 128-bit big-endian integer. */
const ivOf = (sequenceNumber: number, encryption: RecordingOptions['encryption']): Buffer => {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(sequenceNumber, 12);
  if (encryption === 'explicit-iv') iv.writeUInt32BE(0xc11bf1ee, 0);
  return iv;
};

const encryptSegments = async (
  directory: string,
  segments: RecordingSegment[],
  { encryption, mediaSequence }: RecordingOptions,
): Promise<void> => {
  await writeFile(path.join(directory, 'key.bin'), KEY);
  for (const [index, segment] of segments.entries()) {
    if (segment.isGap || segment.isMissing) continue;
    const file = path.join(directory, segment.uri);
    const cipher = createCipheriv('aes-128-cbc', KEY, ivOf(mediaSequence + index, encryption));
    await writeFile(file, Buffer.concat([cipher.update(await readFile(file)), cipher.final()]));
  }
};

const joinSegments = async (directory: string, segments: RecordingSegment[]): Promise<void> => {
  const whole = 'whole.ts';
  let endByte = 0;
  for (const segment of segments) {
    if (segment.isGap || segment.isMissing) throw new Error('byte ranges and missing segments exclude each other');
    const file = path.join(directory, segment.uri);
    const bytes = await readFile(file);
    await appendFile(path.join(directory, whole), bytes);
    await rm(file);
    segment.byteRange = [endByte, (endByte += bytes.length)];
    segment.uri = whole;
  }
};
