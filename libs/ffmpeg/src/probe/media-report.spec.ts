import { describe, expect, it } from '@jest/globals';
import { mediaReport } from '@clipfleet/contracts';
import { mediaReportOf } from './media-report.js';
import { ffprobeArguments } from './run-ffprobe.js';

const video = { index: 0, codec_type: 'video', codec_name: 'h264', codec_long_name: 'H.264', width: 16, height: 9 };
const reportOf = (stream: object) => {
  const format = { format_name: 'mov,mp4', format_long_name: 'QuickTime / MOV', duration: '1.5', bit_rate: 'N/A' };
  return mediaReport.strict().parse(mediaReportOf({ format, streams: [{ ...video, ...stream }] }));
};

describe('a media report', () => {
  it('leaves out what the file does not tell', () => {
    expect(reportOf({ duration: 'N/A', avg_frame_rate: '0/0', bit_rate: undefined })).toEqual({
      ...{ format: 'mov,mp4', formatName: 'QuickTime / MOV', durationUs: 1_500_000 },
      streams: [
        {
          ...{ index: 0, type: 'video', codec: 'h264', codecName: 'H.264', metadata: {} },
          video: { width: 16, height: 9 },
        },
      ],
    });
  });

  it.each([
    ['24/1', 24],
    ['30000/1001', 29.97],
    ['0/0', undefined],
  ])('has the frame rate of %s', (avg_frame_rate, frameRate) => {
    expect(reportOf({ avg_frame_rate }).streams[0].video?.frameRate).toBe(frameRate);
  });

  it.each([
    [-90, '90'],
    [90, '270'],
    [180, '180'],
    [0, undefined],
  ])('tells a rotation of %d as the tag that clients know', (rotation, rotate) => {
    const { metadata } = reportOf({ tags: { language: 'und' }, side_data_list: [{ rotation }] }).streams[0];
    expect(metadata).toEqual({ language: 'und', ...(rotate !== undefined && { rotate }) });
  });

  it('is not made of something else', () => {
    expect(() => mediaReportOf({ error: 'no' })).toThrow();
  });
});

it('ffprobe may open one loopback address, and nothing that names others', () => {
  const [whitelist, demuxers] = [ffprobeArguments('URL'), ffprobeArguments('URL')[5].split(',')];
  expect(whitelist.slice(0, 5)).toEqual(['-v', 'error', '-protocol_whitelist', 'http,tcp', '-format_whitelist']);
  expect(whitelist.slice(6)).toEqual([
    ...['-show_format', '-show_streams', '-show_packets', '-read_intervals', '%+#8', '-of', 'json', '-i', 'URL'],
  ]);
  expect(demuxers).toContain('mp4');
  for (const naming of ['hls', 'dash', 'concat', 'sdp', 'rtsp', 'imf', 'lavfi']) expect(demuxers).not.toContain(naming);
});
