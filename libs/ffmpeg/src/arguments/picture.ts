/** Options for one JPEG of the frame whose PTS is `frameTicks`, at its own or the asked size. */
export const pictureOptions = (frameTicks: number, size?: { width: number; height: number }): string[] => {
  const scale = size ? [`scale=${size.width}:${size.height}`] : [];
  return [
    '-map',
    '0:v:0',
    '-vf',
    [`select=eq(pts\\,${frameTicks})`, ...scale].join(','),
    '-frames:v',
    '1',
    '-vsync',
    'passthrough',
    '-q:v',
    '2',
    '-f',
    'image2',
    '-update',
    '1',
  ];
};
