/** A segment as the playlist has it. */
export interface RecordingSegment {
  /** File name, relative to the playlist. */
  uri: string;
  durationSeconds: number;
  /** From the start of the recording, holes included. */
  startSeconds: number;
  /** 0-based: which run made it. */
  run: number;
  isGap: boolean;
  isMissing: boolean;
  /** Set when several segments share a file: `[startByte, endByte)`. */
  byteRange?: [startByte: number, endByte: number];
}

export interface Recording {
  /** Holds exactly the files to upload. */
  directory: string;
  /** File name of the m3u8 or mpd. */
  playlist: string;
  playlistPath: string;
  segments: RecordingSegment[];
  durationSeconds: number;
  startMs: number | undefined;
}
