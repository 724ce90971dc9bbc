import type { ImageFormat, PictureTask } from '@clipfleet/timeline';

const encoderOf: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpg: ['-c:v', 'mjpeg', '-q:v', '2'],
  png: ['-c:v', 'png'],
  webp: ['-c:v', 'libwebp', '-quality', '90'],
};

/** Options for one image of the frame whose PTS is `frameTicks`, at its own or the asked size. */
export const pictureOptions = (
  frameTicks: number,
  { imageSize: size, imageFormat = 'jpg' }: Pick<PictureTask, 'imageSize' | 'imageFormat'> = {},
): string[] => {
  const scale = size ? [`scale=${size.width}:${size.height}`] : [];
  return [
    ...['-map', '0:v:0', '-vf', [`select=eq(pts\\,${frameTicks})`, ...scale].join(',')],
    ...['-frames:v', '1', '-vsync', 'passthrough', ...encoderOf[imageFormat], '-f', 'image2', '-update', '1'],
  ];
};
