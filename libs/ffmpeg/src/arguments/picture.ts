import type { ImageFormat, PictureTask } from '@clipfleet/timeline';

const encoderOf: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpg: ['-c:v', 'mjpeg', '-q:v', '2'],
  png: ['-c:v', 'png'],
  webp: ['-c:v', 'libwebp', '-quality', '90'],
};

type Image = Pick<PictureTask, 'imageSize' | 'imageFormat'>;

/** Options for one image of the frame whose PTS is `frameTicks`, at its own or the asked size. */
export const pictureOptions = (frameTicks: number, image: Image = {}): string[] =>
  imageOptions('0:v:0', [`select=eq(pts\\,${frameTicks})`], image);

/**
 * Writes a list of the frames up to `lastTicks`, of which `frameTimesOf` reads the times: for video whose pictures only ffmpeg
 * finds. Absent: of the first frame alone.
 */
export const listTicksOptions = (lastTicks?: number): string[] => [
  ...['-map', '0:v:0', ...(lastTicks === undefined ? ['-frames:v', '1'] : ['-vf', `trim=end_pts=${lastTicks + 1}`])],
  // the frames themselves are not looked at
  ...['-vsync', 'passthrough', '-c:v', 'wrapped_avframe', '-enc_time_base', '1:90000', '-f', 'framecrc'],
];

export const imageOptions = (
  stream: string,
  filters: readonly string[],
  { imageSize: size, imageFormat = 'jpg' }: Image,
): string[] => {
  const scale = size ? [`scale=${size.width}:${size.height}`] : [];
  return [
    ...['-map', stream, '-vf', [...filters, ...scale].join(',')],
    ...['-frames:v', '1', '-vsync', 'passthrough', ...encoderOf[imageFormat], '-f', 'image2', '-update', '1'],
  ];
};
