import { type ByteWriter, bytesOf } from '../bytes/byte-writer.js';
import { MIN_FREE_BYTES, writeFree } from '../boxes/free.js';
import { type Ftyp, writeFtyp } from '../boxes/ftyp.js';
import { MDAT_HEADER_BYTES, writeMdatHeader } from '../boxes/mdat.js';
import { writeMvhd } from '../boxes/mvhd.js';
import type { MovieContainer } from '../entry/sample-entry.js';
import type { MovieTrack } from './movie.js';
import { writeTrak } from './write-trak.js';

/** Movie times count in the clock the samples came with, so that edit lists are exact. */
export const MOVIE_TIMESCALE = 90_000;

export interface HeaderInput {
  readonly container: MovieContainer;
  /** Chunk offsets count from the payload's first byte. */
  readonly tracks: readonly MovieTrack[];
  /** All bytes of the mdat, padding included. */
  readonly payloadBytes: number;
  /** The header is filled up with `free` to at least this. */
  readonly minHeaderBytes?: number;
}

const MAX_U32 = 0xffffffff;

function brands(container: MovieContainer, tracks: readonly MovieTrack[]): Ftyp {
  if (container === 'mov') return { majorBrand: 'qt  ', minorVersion: 0x200, compatibleBrands: ['qt  '] };
  const isAvc = tracks.some((track) => track.configs.some((config) => config.codec === 'h264'));
  const compatibleBrands = ['isom', 'iso2', ...(isAvc ? ['avc1'] : []), 'mp41'];
  return { majorBrand: 'isom', minorVersion: 0x200, compatibleBrands };
}

/** `ftyp + moov + free? + mdat header`: everything in front of the payload (faststart). */
export function writeHeader(input: HeaderInput): Uint8Array {
  const { container, tracks, payloadBytes } = input;
  const ftypBytes = bytesOf((w) => writeFtyp(w, brands(container, tracks)));
  const moovOf = (largeOffsets: boolean, baseByte: number): Uint8Array =>
    bytesOf((w) => writeMoov(w, input, largeOffsets, baseByte));
  const padding = (moovBytes: number): number =>
    freeBytes((input.minHeaderBytes ?? 0) - ftypBytes.length - moovBytes - MDAT_HEADER_BYTES);
  const headerBytes = (moovBytes: number): number =>
    ftypBytes.length + moovBytes + padding(moovBytes) + MDAT_HEADER_BYTES;

  // The tables' lengths do not depend on the offsets' values: measure first, then write.
  let largeOffsets = payloadBytes > MAX_U32;
  let moovBytes = moovOf(largeOffsets, 0).length;
  if (!largeOffsets && headerBytes(moovBytes) + payloadBytes > MAX_U32) {
    largeOffsets = true;
    moovBytes = moovOf(largeOffsets, 0).length;
  }
  return bytesOf((w) => {
    w.raw(ftypBytes);
    w.raw(moovOf(largeOffsets, headerBytes(moovBytes)));
    if (padding(moovBytes) > 0) writeFree(w, padding(moovBytes));
    writeMdatHeader(w, payloadBytes);
  });
}

function freeBytes(missingBytes: number): number {
  return missingBytes <= 0 ? 0 : Math.max(missingBytes, MIN_FREE_BYTES);
}

/** Sum of a track's edits: how long it is shown, in the movie's timescale. */
export const presentedDuration = (track: MovieTrack): number =>
  track.edits.reduce((sum, edit) => sum + edit.duration, 0);

function writeMoov(w: ByteWriter, input: HeaderInput, largeOffsets: boolean, baseByte: number): void {
  const { container, tracks } = input;
  w.box('moov', () => {
    writeMvhd(w, {
      timescale: MOVIE_TIMESCALE,
      duration: Math.max(0, ...tracks.map(presentedDuration)),
      nextTrackId: Math.max(0, ...tracks.map((track) => track.trackId)) + 1,
    });
    for (const track of tracks) writeTrak(w, track, { container, largeOffsets, baseByte });
  });
}
