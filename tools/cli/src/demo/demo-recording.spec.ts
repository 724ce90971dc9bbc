import { describe, expect, it } from '@jest/globals';
import { demoArguments, withProgramDateTimes } from './demo-recording.js';

describe('the demo recording', () => {
  it('is made by this command line', () => {
    const text = demoArguments('/f.ttf', { segmentPattern: '/d/s%05d.ts', playlist: '/d/p.m3u8' }, 600).join(' ');
    expect(text).toBe(
      '-y -v error -progress pipe:1 -f lavfi -i testsrc2=size=1280x720:rate=30 ' +
        '-f lavfi -i sine=frequency=440:beep_factor=4:sample_rate=48000 -t 600 ' +
        '-vf drawtext=fontfile=/f.ttf:fontsize=56:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=12:x=(w-tw)/2:y=h-130' +
        ":text='2026-01-15\u00a0':timecode='12\\:00\\:00\\:00':rate=30 " +
        '-c:v libx264 -preset ultrafast -profile:v high -crf 28 -pix_fmt yuv420p ' +
        '-x264-params cabac=1:8x8dct=1:b-adapt=0 -bf 3 -g 60 -keyint_min 60 -sc_threshold 0 -c:a aac -b:a 128k ' +
        '-f hls -hls_time 6 -hls_list_size 0 -hls_playlist_type vod -hls_segment_filename /d/s%05d.ts /d/p.m3u8',
    );
  });

  it('has the wall clock at every segment, from the durations and not from a segment count', () => {
    const playlist = '#EXTM3U\n#EXTINF:6.000000,\na.ts\n#EXTINF:5.966667,\nb.ts\n#EXTINF:1,\nc.ts\n#EXT-X-ENDLIST\n';
    expect(withProgramDateTimes(playlist, Date.UTC(2026, 0, 15, 12)).split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-15T12:00:00.000Z',
      '#EXTINF:6.000000,',
      'a.ts',
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-15T12:00:06.000Z',
      '#EXTINF:5.966667,',
      'b.ts',
      '#EXT-X-PROGRAM-DATE-TIME:2026-01-15T12:00:11.967Z',
      '#EXTINF:1,',
      'c.ts',
      '#EXT-X-ENDLIST',
      '',
    ]);
  });
});
