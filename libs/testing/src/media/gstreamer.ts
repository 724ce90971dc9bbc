import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ToolUnavailable } from '@clipfleet/local-stack';
import { runProgram } from './run-program.js';

const PLAYER = 'gst-launch-1.0';
const ELEMENTS = ['playbin', 'qtdemux', 'tsdemux', 'h264parse', 'avdec_h264', 'videoconvert', 'checksumsink'];

/** GStreamer's player with all that these files need of it. Throws ToolUnavailable. */
export const findGstreamer = (): string => {
  const missing = ELEMENTS.find((name) => spawnSync('gst-inspect-1.0', ['--exists', name]).status !== 0);
  if (missing === undefined) return PLAYER;
  throw new ToolUnavailable(`GStreamer with ${missing} is not installed`);
};

/** MD5 of each picture that GStreamer shows. */
export const gstreamerHashes = async (player: string, file: string): Promise<string[]> => {
  const sink = 'videoconvert ! video/x-raw,format=I420 ! checksumsink hash=md5 sync=false';
  const output = await runProgram(player, [
    'playbin',
    `uri=${pathToFileURL(file).href}`,
    'flags=1',
    `video-sink=${sink}`,
  ]);
  return [...output.matchAll(/^\d+:\d\d:\d\d\.\d+ ([0-9a-f]{32})$/gm)].map(([, md5]) => md5);
};
