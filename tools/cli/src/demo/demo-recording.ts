/** What the demo recording is; the ffmpeg command line is a pure function of it. */
export const demo = {
  bucket: 'recordings',
  key: 'demo/index.m3u8',
  /** 2026-01-15T12:00:00Z, whatever the day: the burnt-in time and the playlist agree, and examples stay true. */
  startMs: Date.UTC(2026, 0, 15, 12, 0, 0),
  /** CLIPFLEET_DEMO_SECONDS makes it shorter, for tests; the first export needs 90. */
  durationSeconds: Math.max(90, Number(process.env['CLIPFLEET_DEMO_SECONDS'] ?? 600)),
  segmentSeconds: 6,
  framesPerSecond: 30,
} as const;

/** Keyframes every 2 s, so that a cut is never far from one. */
const GOP_FRAMES = 60;

export interface DemoFiles {
  segmentPattern: string;
  playlist: string;
}

/**
 * 720p30 H.264 High with B-frames and AAC. `ultrafast` with the tools of High switched on again (CABAC, 8x8 transform,
 * B-frames): about ten times real time on two cores, at some 3 Mbit/s.
 */
export const demoArguments = (fontPath: string, files: DemoFiles, durationSeconds: number): string[] => [
  ...['-y', '-v', 'error', '-progress', 'pipe:1'],
  ...['-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${demo.framesPerSecond}`],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=4:sample_rate=48000'],
  ...['-t', String(durationSeconds), '-vf', burntInTime(fontPath)],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'high', '-crf', '28', '-pix_fmt', 'yuv420p'],
  ...['-x264-params', 'cabac=1:8x8dct=1:b-adapt=0', '-bf', '3'],
  ...['-g', String(GOP_FRAMES), '-keyint_min', String(GOP_FRAMES), '-sc_threshold', '0'],
  ...['-c:a', 'aac', '-b:a', '128k'],
  ...['-f', 'hls', '-hls_time', String(demo.segmentSeconds), '-hls_list_size', '0', '-hls_playlist_type', 'vod'],
  ...['-hls_segment_filename', files.segmentPattern, files.playlist],
];

/** Date and time of day with the frame number: a person sees which instant a frame is. */
const burntInTime = (fontPath: string): string => {
  const [date, time] = new Date(demo.startMs).toISOString().slice(0, 19).split('T');
  const style = 'fontsize=56:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=12:x=(w-tw)/2:y=h-130';
  const timecode = `${time}:00`.replaceAll(':', '\\:');
  return `drawtext=fontfile=${fontPath}:${style}:text='${date}\u00a0':timecode='${timecode}':rate=${demo.framesPerSecond}`;
};

/** ffmpeg's own playlist with the wall clock put in at every segment. */
export const withProgramDateTimes = (playlist: string, startMs: number): string => {
  let elapsedSeconds = 0;
  return playlist.replaceAll(/^#EXTINF:([0-9.]+),.*$/gm, (line, duration: string) => {
    const atMs = startMs + Math.round(elapsedSeconds * 1000);
    elapsedSeconds += Number(duration);
    return `#EXT-X-PROGRAM-DATE-TIME:${new Date(atMs).toISOString()}\n${line}`;
  });
};
