import { ClipfleetError } from '@clipfleet/contracts';

/** What ffmpeg says when the input is at fault: another attempt would fail the same way. */
const INPUT_AT_FAULT = [
  /Invalid data found when processing input/,
  /moov atom not found/,
  /does not contain any stream/,
  /Output file #0 does not contain any stream/,
  /Stream map '.*' matches no streams/,
  /Error while decoding stream .*: Invalid data/,
  /[Cc]ould not find codec parameters/,
  /Conversion failed!.*\n.*Nothing was written/,
];

const MAX_MESSAGE_CHARACTERS = 400;

/** ffmpeg's own last words without the paths of this machine. */
export const lastWords = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('frame='))
    .slice(-3)
    .join(' | ')
    .replaceAll(/(?:file:)?\/[^\s:'"]*\//g, '')
    .slice(-MAX_MESSAGE_CHARACTERS);

/** ffmpeg's end as one of our errors, by what it wrote. */
export const ffmpegFailure = (stderr: string, cause: unknown): ClipfleetError => {
  const words = lastWords(stderr);
  return INPUT_AT_FAULT.some((pattern) => pattern.test(stderr))
    ? new ClipfleetError('undecodable', `ffmpeg cannot read the media: ${words}`, { cause })
    : new ClipfleetError('transcode-failed', `ffmpeg failed: ${words}`, { cause });
};
