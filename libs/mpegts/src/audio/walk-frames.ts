import type { AudioFrameHeader, AudioSyntax } from './audio-syntax.js';

/** A frame that commences at `at`. */
export interface WalkedFrame {
  readonly at: number;
  readonly header: AudioFrameHeader;
}

export interface WalkedFrames {
  readonly frames: readonly WalkedFrame[];
  /** No other frame commences before this. */
  readonly knownBytes: number;
}

/**
 * The frames that commence in bytes of an elementary stream, which may begin and end within one. The first one, and the first
 * after something that is no frame, is believed only with a second one of the same sort behind it. `isAll`: nothing follows, so
 * where the bytes end before that second one it is believed, too.
 */
export const walkFrames = (bytes: Uint8Array, syntax: AudioSyntax, isAll: boolean): WalkedFrames => {
  const frames: WalkedFrame[] = [];
  let signature: number | undefined;
  let at = 0;
  while (at + syntax.headerBytes <= bytes.length) {
    const header = syntax.parse(bytes, at);
    const isNext = header !== undefined && header.signature === signature;
    const belief = isNext ? 'yes' : believe(bytes, at, header, syntax);
    if (belief === 'unknown' && !isAll) return { frames, knownBytes: at };
    if (header === undefined || belief === 'no') {
      signature = undefined;
      at++;
      continue;
    }
    frames.push({ at, header });
    ({ signature } = header);
    at += header.frameBytes;
  }
  return { frames, knownBytes: isAll ? Infinity : at };
};

const believe = (
  bytes: Uint8Array,
  at: number,
  header: AudioFrameHeader | undefined,
  syntax: AudioSyntax,
): 'yes' | 'no' | 'unknown' => {
  if (header === undefined) return 'no';
  const next = at + header.frameBytes;
  if (next + syntax.headerBytes > bytes.length) return 'unknown';
  return syntax.parse(bytes, next)?.signature === header.signature ? 'yes' : 'no';
};
