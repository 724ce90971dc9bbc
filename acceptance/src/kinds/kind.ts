import type { Source } from '../source/source.js';

/** What a kind's outputs may differ in from one ffmpeg's, each with its reason. Absent: in nothing. */
export interface Exceptions {
  /** Times may be so many ticks of the track's own clock off. */
  audioTicks?: number;
  /** Times are not compared at all. */
  times?: boolean;
  /** After a discontinuity each writer continues audio in its own way: only the packets' bytes are compared. */
  audioTimes?: boolean;
  /** Of a ts whose runs keep their own clocks, only the packets' bytes are compared. */
  tsTimes?: boolean;
  /** ffmpeg errs when it begins in the middle: the packets are held against its copy of the whole recording instead. */
  middleOfWhole?: boolean;
  /** What ffmpeg's own decoder says of its own copy, too. */
  complaint?: RegExp;
  reason: string;
}

export interface Kind {
  readonly name: string;
  /** Writes what it needs into the directory. */
  make(directory: string): Promise<Source>;
  readonly audioTracks?: number;
  readonly encrypted?: boolean;
  readonly gapPolicy?: 'fail' | 'skip';
  /** Not remuxed by ranges: ffmpeg copies it as one task. */
  readonly oneTask?: 'mp4';
  /** Its cases, where some are none: what one ffmpeg cannot make there is nothing to be held against. Absent: all. */
  readonly only?: { readonly containers?: readonly string[]; readonly shapes?: readonly string[] };
  readonly exceptions?: Exceptions;
}
