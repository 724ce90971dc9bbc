import type { StreamKind } from '../psi/stream-kind.js';
import { adts } from './adts.js';
import type { AudioSyntax } from './audio-syntax.js';
import { dolby } from './dolby.js';
import { mpegAudio } from './mpeg-audio.js';

const SYNTAXES: Partial<Record<StreamKind, AudioSyntax>> = {
  aac: adts,
  ac3: dolby,
  eac3: dolby,
  mp2: mpegAudio,
  mp3: mpegAudio,
};

/** The rules of an audio stream's frames; undefined for video and for what is not demuxed. */
export const syntaxOf = (kind: StreamKind | undefined): AudioSyntax | undefined =>
  kind === undefined ? undefined : SYNTAXES[kind];
