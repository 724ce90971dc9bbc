/** One run of ffmpeg: one local input file, one local output file. */
export interface FfmpegCommand {
  inputPath: string;
  /** Options before `-i`. */
  inputOptions: readonly string[];
  /** Options before the output's path. */
  outputOptions: readonly string[];
  outputPath: string;
}

export interface FfmpegRunOptions {
  /** Kills ffmpeg and rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Wall-clock limit; beyond it ffmpeg is killed and the run fails as `deadline-exceeded`. */
  timeoutMs: number;
  /** Media time written so far, as ffmpeg reports it (about every 0.5 s). */
  onProgress?: (progress: { outTimeMs: number }) => void;
}

export interface ProbedStream {
  index: number;
  type: 'video' | 'audio' | 'subtitle' | 'data';
  codec: string;
  width?: number;
  height?: number;
  sampleRateHz?: number;
  channelCount?: number;
  durationMs?: number;
}

export interface ProbedMedia {
  formatName: string;
  durationMs: number;
  sizeBytes: number;
  streams: ProbedStream[];
}

/** The seam to ffmpeg: the only implementation is one file, so that replacing the library behind it touches one file. */
export interface FfmpegRunner {
  /** Throws ClipfleetError `undecodable`, `transcode-failed` or `deadline-exceeded`; the abort reason when aborted. */
  run(command: FfmpegCommand, options: FfmpegRunOptions): Promise<void>;
  /** Throws ClipfleetError `undecodable` when ffprobe finds no media. */
  probe(path: string): Promise<ProbedMedia>;
}
