import type { PictureTask } from '@clipfleet/timeline';
import { MEDIA_DEMUXERS } from '../probe/run-ffprobe.js';
import { imageOptions } from './picture.js';

/**
 * Before `-i` of a media file at a loopback address: decoding begins at the keyframe at or before `seekUs`, as far as the
 * container knows its keyframes. Times count from the file's start.
 */
export const fileInputOptions = (seekUs: number): string[] => [
  ...['-nostdin', '-hide_banner', '-protocol_whitelist', 'http,tcp', '-format_whitelist', MEDIA_DEMUXERS],
  // a proxy of this machine's environment is not asked for this machine; what is sent ahead of a seek was read for nothing
  ...['-http_proxy', 'none', '-recv_buffer_size', '65536', '-tcp_mss', '1448'],
  ...['-copyts', '-start_at_zero', '-noaccurate_seek', '-ss', `${seekUs}us`],
];

/** The video, without covers. */
const VIDEO = '0:V:0';
/** Fine enough that no two frames are one, whatever the container counts in. */
const MICROSECONDS = 'settb=1/1000000';

export interface WantedFrames {
  /** What is presented before it. */
  endUs: number;
  /** `keyframe`: frames that are decoded before the first one may lack what they need. */
  from: 'keyframe' | 'first';
}

/** Writes a list of frames, of which {@link frameTimesOf} reads the times. */
export const listFramesOptions = ({ endUs, from }: WantedFrames): string[] => {
  const select = from === 'keyframe' ? ['select=if(isnan(prev_selected_pts)\\,key\\,1)'] : [];
  // the end comes first: it ends the reading, also where there is no keyframe
  return listOptions([MICROSECONDS, `trim=end_pts=${endUs}`, ...select]);
};

/** The same of the first frame alone. */
export const firstFrameOptions: readonly string[] = [...listOptions([MICROSECONDS]), '-frames:v', '1'];

function listOptions(filters: readonly string[]): string[] {
  // the frames themselves are not looked at
  const list = ['-c:v', 'wrapped_avframe', '-enc_time_base', '1:1000000', '-f', 'framecrc'];
  return ['-map', VIDEO, '-vf', filters.join(','), '-vsync', 'passthrough', ...list];
}

/** In µs, in the order they are shown in. */
export const frameTimesOf = (list: string): number[] =>
  list
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Number(line.split(',')[2]));

/** Options for one image of the frame at `frameUs`, at its own or the asked size. */
export const filePictureOptions = (
  frameUs: number,
  image: Pick<PictureTask, 'imageSize' | 'imageFormat'> = {},
): string[] => imageOptions(VIDEO, [MICROSECONDS, `trim=start_pts=${frameUs}:end_pts=${frameUs + 1}`], image);
