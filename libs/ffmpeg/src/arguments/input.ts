/**
 * The worker gives ffmpeg one local transport stream whose clock it has rebased: no playlist, no address of any kind
 * reaches ffmpeg, and no other protocol than a local file is allowed.
 */
const LOCAL_TS: readonly string[] = ['-nostdin', '-hide_banner', '-protocol_whitelist', 'file', '-f', 'mpegts'];

/** For copies: the muxer starts the output's clock at 0. */
export const copyInputOptions: readonly string[] = LOCAL_TS;

/** For decoding: filters see the stream's own PTS, so that a cut is a comparison of integers. */
export const decodeInputOptions: readonly string[] = ['-copyts', ...LOCAL_TS];

/** An encoder fills so few cores by itself. */
const FEW_CORES = 2;

/**
 * To decode what is encoded at once, on so many cores. On few by one thread: more would wait for the encoder's, and each picture
 * that is decoded ahead costs memory and processor time (6 % of an encode to 360p). On more cores as ffmpeg likes.
 */
export const encodeInputOptions = (coreCount: number): readonly string[] =>
  coreCount > FEW_CORES ? decodeInputOptions : ['-threads', '1', ...decodeInputOptions];

/** The same for a local mp4. */
export const decodeMp4InputOptions: readonly string[] = [
  '-copyts',
  '-nostdin',
  '-hide_banner',
  '-protocol_whitelist',
  'file',
  '-f',
  'mp4',
];
