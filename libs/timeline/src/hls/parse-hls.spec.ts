import { describe, expect, it, test } from '@jest/globals';
import { DEFAULT_PARSE_LIMITS } from '../timeline/parse-limits.js';
import type { Timeline } from '../timeline/timeline.js';
import { TimelineError } from '../timeline/timeline-error.js';
import { chooseVariant } from './master-playlist.js';
import { parseHls } from './parse-hls.js';

const KEY = 'live/ch1/play.m3u8';

const media = (lines: string[], limits = DEFAULT_PARSE_LIMITS): Timeline => {
  const parsed = parseHls(['#EXTM3U', ...lines].join('\n'), KEY, limits);
  if (parsed.kind !== 'media') throw new Error('a media playlist was expected');
  return parsed.timeline;
};

const refusal = (call: () => unknown): { code: string; message: string; line: unknown } => {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof TimelineError) {
      return { code: thrown.code, message: thrown.message, line: thrown.details.line };
    }
    throw thrown;
  }
  throw new Error('it was not refused');
};

describe('parseHls', () => {
  it('reads a recording with every feature into one timeline', () => {
    const timeline = media([
      '#EXT-X-VERSION:4',
      '#EXT-X-TARGETDURATION:6',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-PROGRAM-DATE-TIME:2024-05-01T10:00:00.500Z',
      '#EXTINF:6.006,title, with comma',
      'a.ts',
      '#EXTINF:6.006,',
      '#EXT-X-GAP',
      'b.ts',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-KEY:METHOD=AES-128,URI="../keys/1.key"',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:1000@0',
      'big.ts',
      '#EXT-X-PROGRAM-DATE-TIME:2024-05-01T12:30:00+02:00',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:500',
      'big.ts',
      '#EXT-X-KEY:METHOD=NONE',
      '#EXTINF:0,',
      '/other/c.ts?token=1#x',
      '#EXT-X-ENDLIST',
    ]);
    const wall = Date.UTC(2024, 4, 1, 10, 0, 0, 500) * 90;
    const second = Date.UTC(2024, 4, 1, 10, 30) * 90;
    const cipher = (sequence: string) => ({ keyObjectKey: 'live/keys/1.key', ivHex: sequence.padStart(32, '0') });
    expect(timeline).toEqual({
      playlistKey: KEY,
      growing: false,
      hasWallClock: true,
      targetDurationSeconds: 6,
      warnings: [{ code: 'segment-without-duration', message: expect.any(String) }],
      segments: [
        { key: 'live/ch1/a.ts', startTicks: 0, durationTicks: 540540, runIndex: 0, gap: false, wallClockTicks: wall },
        {
          ...{ key: 'live/ch1/b.ts', startTicks: 540540, durationTicks: 540540, runIndex: 0, gap: true },
          wallClockTicks: wall + 540540,
        },
        {
          ...{ key: 'live/ch1/big.ts', startTicks: 1081080, durationTicks: 360000, runIndex: 1, gap: false },
          ...{ byteRange: [0, 1000], wallClockTicks: wall + 1081080, cipher: cipher('9') },
        },
        {
          ...{ key: 'live/ch1/big.ts', startTicks: 1441080, durationTicks: 360000, runIndex: 1, gap: false },
          ...{ byteRange: [1000, 1500], wallClockTicks: second, cipher: cipher('a') },
        },
        {
          ...{ key: 'other/c.ts', startTicks: 1801080, durationTicks: 0, runIndex: 1, gap: false },
          wallClockTicks: second + 360000,
        },
      ],
    });
  });

  it('rotates keys and keeps an explicit IV', () => {
    const { segments } = media([
      '#EXT-X-KEY:METHOD=AES-128,URI="k1",IV=0x000102030405060708090A0B0C0D0E0F,KEYFORMAT="identity"',
      ...['#EXTINF:1,', '1.ts', '#EXTINF:1,', '2.ts'],
      '#EXT-X-KEY:METHOD=AES-128,URI="k,2"',
      ...['#EXTINF:1,', '3.ts'],
    ]);
    expect(segments.map((segment) => segment.cipher)).toEqual([
      { keyObjectKey: 'live/ch1/k1', ivHex: '000102030405060708090a0b0c0d0e0f' },
      { keyObjectKey: 'live/ch1/k1', ivHex: '000102030405060708090a0b0c0d0e0f' },
      { keyObjectKey: 'live/ch1/k,2', ivHex: '2'.padStart(32, '0') },
    ]);
  });

  it('is growing without ENDLIST, and has no wall clock without PROGRAM-DATE-TIME', () => {
    expect(media(['#EXTINF:1,', 'a.ts'])).toMatchObject({ growing: true, hasWallClock: false });
  });

  it('counts wall-clock time backward from the first stamp', () => {
    const { segments } = media([
      ...['#EXTINF:2,', 'a.ts', '#EXTINF:3,', 'b.ts'],
      ...['#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:05', '#EXTINF:1,', 'c.ts'],
    ]);
    const zero = Date.UTC(2024, 0, 1);
    expect(segments.map((segment) => segment.wallClockTicks! / 90 - zero)).toEqual([0, 2000, 5000]);
  });

  it('warns of a date without zone and of one that is none', () => {
    const at = (date: string) => [`#EXT-X-PROGRAM-DATE-TIME:${date}`, '#EXTINF:1,', 'a.ts'];
    const { warnings, segments } = media([...at('2024-01-01T00:00:00'), ...at('yesterday')]);
    expect(warnings.map((warning) => warning.code)).toEqual(['date-time-without-zone', 'date-time-ignored']);
    expect(segments[1].wallClockTicks).toBe(segments[0].wallClockTicks! + 90_000);
  });

  it('takes CRLF lines, blank lines, comments, a byte order mark and unknown tags', () => {
    const text = '\ufeff#EXTM3U\r\n\r\n# a comment\r\n#EXT-X-WHATEVER:1\r\n#EXTINF:1.5,\r\n  a.ts \r\n#EXT-X-ENDLIST';
    expect(parseHls(text, KEY)).toMatchObject({
      timeline: { segments: [{ key: 'live/ch1/a.ts', durationTicks: 135_000 }], growing: false },
    });
  });

  test.each([
    ['a web page', '<!DOCTYPE html><html></html>', 'playlist-invalid', 1],
    ['an empty file', '', 'playlist-invalid', 1],
    ['no header', '#EXTINF:1,\na.ts', 'playlist-invalid', 1],
    ['a header that only starts alike', '#EXTM3U8\n#EXTINF:1,\na.ts', 'playlist-invalid', 1],
    ['no segments', '#EXTM3U\n#EXT-X-ENDLIST', 'playlist-invalid', undefined],
    ['an address without EXTINF', '#EXTM3U\na.ts', 'playlist-invalid', 2],
    ['a negative EXTINF', '#EXTM3U\n#EXTINF:-1,\na.ts', 'playlist-invalid', 3],
    ['an EXTINF that is no number', '#EXTM3U\n#EXTINF:abc,\na.ts', 'playlist-invalid', 3],
    ['a huge EXTINF', '#EXTM3U\n#EXTINF:86401,\na.ts', 'playlist-invalid', 3],
    ['an EXTINF of 300 digits', `#EXTM3U\n#EXTINF:${'9'.repeat(300)},\na.ts`, 'playlist-invalid', 3],
    ['a map of nothing', '#EXTM3U\n#EXT-X-MAP:BYTERANGE="1@0"\n#EXTINF:1,\na.m4s', 'playlist-invalid', 2],
    ['a map of no range', '#EXTM3U\n#EXT-X-MAP:URI="i",BYTERANGE="x"\n#EXTINF:1,\na.m4s', 'playlist-invalid', 2],
    [
      'encrypted fragments',
      '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:1,\na.m4s',
      'unsupported-source',
      5,
    ],
    ['single pictures', '#EXTM3U\n#EXT-X-I-FRAMES-ONLY\n#EXTINF:1,\na.ts', 'unsupported-source', 2],
    ['variables', '#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="b"', 'unsupported-source', 2],
    ['a delta update', '#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3', 'unsupported-source', 2],
    ['SAMPLE-AES', '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', 'unsupported-source', 2],
    ['DRM', '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="com.apple"', 'unsupported-source', 2],
    ['a key without method', '#EXTM3U\n#EXT-X-KEY:URI="k"', 'playlist-invalid', 2],
    ['a key without URI', '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128', 'playlist-invalid', 2],
    ['a short IV', '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01', 'playlist-invalid', 2],
    ['a key without attributes', '#EXTM3U\n#EXT-X-KEY:,,,,', 'playlist-invalid', 2],
    ['a foreign key', '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="https://k/"\n#EXTINF:1,\na', 'unsupported-source', 4],
    ['an empty byte range', '#EXTM3U\n#EXT-X-BYTERANGE:0@5\n#EXTINF:1,\na.ts', 'playlist-invalid', 2],
    ['a huge byte range', '#EXTM3U\n#EXT-X-BYTERANGE:1@9007199254740991\n#EXTINF:1,\na', 'playlist-invalid', 2],
    ['an implicit offset at first', '#EXTM3U\n#EXT-X-BYTERANGE:5\n#EXTINF:1,\na.ts', 'playlist-invalid', 4],
    ['a media sequence that is none', '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:-4', 'playlist-invalid', 2],
    [
      'media and variants at once',
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXTINF:1,\na',
      'playlist-invalid',
      undefined,
    ],
    ['an absolute URL', '#EXTM3U\n#EXTINF:1,\nhttps://host/a.ts', 'unsupported-source', 3],
    ['a way out of the bucket', '#EXTM3U\n#EXTINF:1,\n../../../a.ts', 'unsupported-source', 3],
    ['a NUL in a name', '#EXTM3U\n#EXTINF:1,\na%00.ts', 'playlist-invalid', 3],
  ])('refuses %s with its line', (_name, text, code, line) => {
    expect(refusal(() => parseHls(text, KEY))).toMatchObject({ code, line });
  });

  it('refuses an implicit offset after a range of another object', () => {
    const lines = ['#EXTINF:1,', '#EXT-X-BYTERANGE:5@0', 'a.ts', '#EXTINF:1,', '#EXT-X-BYTERANGE:5', 'b.ts'];
    expect(refusal(() => media(lines))).toMatchObject({ code: 'playlist-invalid', line: 7 });
  });

  it('says that it was given a web page', () => {
    expect(refusal(() => parseHls('\n<html><body>404', KEY)).message).toContain('a web page');
  });

  test.each([
    ['bytes', { maxPlaylistBytes: 32 }, { maxPlaylistBytes: 33 }],
    ['lines', { maxLines: 4 }, { maxLines: 5 }],
    ['bytes of a line', { maxLineBytes: 9 }, { maxLineBytes: 10 }],
    ['segments', { maxSegments: 1 }, { maxSegments: 2 }],
  ])('refuses one more of %s than allowed', (_name, under, exact) => {
    const lines = ['#EXTINF:1,', 'a', '#EXTINF:1,', 'b'];
    expect(refusal(() => media(lines, { ...DEFAULT_PARSE_LIMITS, ...under })).code).toBe('playlist-too-large');
    expect(media(lines, { ...DEFAULT_PARSE_LIMITS, ...exact }).segments).toHaveLength(2);
  });

  it('refuses 50 MB before it looks at them', () => {
    const started = performance.now();
    expect(refusal(() => parseHls('x'.repeat(50_000_000), KEY)).code).toBe('playlist-too-large');
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('parses 50,000 segments in 100,000 lines quickly, without drift', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `#EXTINF:6.006,\nseg-${i}.ts`);
    const started = performance.now();
    const { segments } = media(lines);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(segments.at(-1)!.startTicks).toBe(49_999 * 540_540);
  });

  it('takes linear time over hostile lines', () => {
    const started = performance.now();
    const hostile = ['#EXT-X-DATERANGE:ID="a"', `#EXTINF:1,${','.repeat(9000)}`, 'a.ts'];
    media(Array.from({ length: 1000 }, () => hostile).flat());
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

describe('a multivariant playlist', () => {
  const text = [
    '#EXTM3U',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",URI="audio.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="in",NAME="English",DEFAULT=YES',
    '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="aac"',
    'apart.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=500,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,AUDIO="in"',
    'hi/play.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=100',
    'lo/play.m3u8',
  ].join('\n');

  it('is read as its variants', () => {
    expect(parseHls(text, KEY)).toEqual({
      kind: 'master',
      variants: [
        { key: 'live/ch1/apart.m3u8', bandwidthBps: 900, separateAudio: true },
        {
          ...{ key: 'live/ch1/hi/play.m3u8', bandwidthBps: 500, separateAudio: false },
          ...{ codecs: 'avc1.64001f,mp4a.40.2', width: 1280, height: 720 },
        },
        { key: 'live/ch1/lo/play.m3u8', bandwidthBps: 100, separateAudio: false },
      ],
    });
  });

  it('has its best variant that is picture and sound in one', () => {
    const parsed = parseHls(text, KEY);
    if (parsed.kind !== 'master') throw new Error('variants were expected');
    expect(chooseVariant(parsed.variants).key).toBe('live/ch1/hi/play.m3u8');
    expect(refusal(() => chooseVariant(parsed.variants.slice(0, 1))).code).toBe('unsupported-source');
  });
});
