import type { ImageFormat, Output } from '@clipfleet/timeline';
import { oneFieldError } from '../field-problem.js';
import { type MediaTarget, readFileId, readMediaTarget } from './media-target.js';

export interface SnapshotRequest {
  target: MediaTarget;
  sourceId: string;
  /** From the recording's start. */
  pointMs: number;
  imageFormat: ImageFormat;
  /** Absent: the video's. */
  imageSize?: NonNullable<Output['imageSize']>;
}

/** Throws `bad-parameter`, `not-found`. */
export const readSnapshotRequest = (body: Record<string, unknown>): SnapshotRequest => {
  const target = readMediaTarget(body);
  return {
    target,
    sourceId: readFileId(body['source'], 'source'),
    pointMs: readPoint(body['point']),
    imageFormat: readImageFormat(body['format'], target.name),
    ...readImageSize(body['size']),
  };
};

const readPoint = (point: unknown): number => {
  const match = /^(\d{1,3}):([0-5]?\d):([0-5]?\d)(?:\.(\d{1,3}))?$/.exec(typeof point === 'string' ? point : '');
  if (!match) throw oneFieldError('point', 'must be a time HH:MM:SS or HH:MM:SS.mmm');
  const [, hours, minutes, seconds, fraction = ''] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
};

const formatOfSuffix: ReadonlyMap<string, ImageFormat> = new Map([
  ['jpg', 'jpg'],
  ['jpeg', 'jpg'],
  ['png', 'png'],
  ['webp', 'webp'],
]);

/** Absent and empty: by the name's suffix. */
const readImageFormat = (format: unknown, name: string): ImageFormat => {
  const isAbsent = format === undefined || format === null || format === '';
  const asked = isAbsent ? (/\.(\w+)$/.exec(name)?.[1] ?? '') : format;
  const known = typeof asked === 'string' ? formatOfSuffix.get(asked.toLowerCase()) : undefined;
  if (known) return known;
  if (isAbsent) throw oneFieldError('format', 'is missing, and save_as does not end with .jpg, .png or .webp');
  throw oneFieldError('format', 'must be jpg, png or webp');
};

const MAX_SIDE_PIXELS = 8192;

/** Absent and empty: none. */
const readImageSize = (size: unknown): Pick<SnapshotRequest, 'imageSize'> => {
  if (size === undefined || size === null || size === '') return {};
  const match = /^(\d{1,5}) *[xX×*] *(\d{1,5})$/.exec(typeof size === 'string' ? size.trim() : '');
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  const isSide = (pixels: number): boolean => pixels >= 1 && pixels <= MAX_SIDE_PIXELS;
  if (!isSide(width) || !isSide(height))
    throw oneFieldError('size', `must be WIDTHxHEIGHT, each from 1 to ${MAX_SIDE_PIXELS}`);
  return { imageSize: { width, height } };
};
