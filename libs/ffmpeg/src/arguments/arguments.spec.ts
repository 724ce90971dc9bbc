import { describe, expect, it } from '@jest/globals';
import type { H264Config, HevcConfig } from '@clipfleet/mpegts';
import { BUILT_IN_PROFILES, type VideoEncoding, type VideoRate } from '@clipfleet/timeline';
import { copyOptions } from './copy.js';
import { edgeOptions } from './edge.js';
import { copyInputOptions, decodeInputOptions, encodeInputOptions } from './input.js';
import { listTicksOptions, pictureOptions } from './picture.js';
import { sheetOptions, tileOptions } from './tiles.js';
import { encodeFramesOptions } from './encode-frames.js';
import { FrameGrid } from './even-frames.js';
import { encodeSoundOptions } from './encode-sound.js';
import { transcodeOptions } from './transcode.js';

const line = (options: readonly string[]): string => options.join(' ');
const profile = BUILT_IN_PROFILES['default'];
const video = (changes: Partial<VideoEncoding>): VideoEncoding => ({ ...profile.video, ...changes });
const window = { startTicks: 900_003, endTicks: 1_800_000 };

describe('ffmpeg command lines', () => {
  it('let ffmpeg open nothing but a local transport stream', () => {
    expect(line(copyInputOptions)).toBe('-nostdin -hide_banner -protocol_whitelist file -f mpegts');
    expect(line(decodeInputOptions)).toBe('-copyts -nostdin -hide_banner -protocol_whitelist file -f mpegts');
  });

  it('decode by one thread what the encoder has few enough cores for', () => {
    const decode = '-copyts -nostdin -hide_banner -protocol_whitelist file -f mpegts';
    expect([1, 2, 3].map((coreCount) => line(encodeInputOptions(coreCount)))).toEqual([
      `-threads 1 ${decode}`,
      `-threads 1 ${decode}`,
      decode,
    ]);
  });

  it.each([
    ['ts', '-map 0:v? -map 0:a? -map 0:s? -map 0:d? -c copy -f mpegts'],
    ['mp4', '-map 0:v? -map 0:a? -c copy -f mp4 -movie_timescale 90000 -movflags +faststart'],
    ['mov', '-map 0:v? -map 0:a? -c copy -f mov -movie_timescale 90000 -movflags +faststart'],
  ] as const)('copy every packet that %s can carry', (container, expected) => {
    expect(line(copyOptions(container))).toBe(expected);
  });

  it('encode the frames of the half-open window at their own times', () => {
    expect(line(transcodeOptions('mp4', profile, window, { video: true, audio: true }))).toBe(
      '-map 0:v:0 -vf trim=start_pts=900003:end_pts=1800000,setpts=PTS-900003 -vsync passthrough -enc_time_base 1:90000 ' +
        '-c:v libx264 -x264-params keyint=60:min-keyint=60:scenecut=0:open-gop=0 -preset veryfast -crf 21 -pix_fmt yuv420p ' +
        '-map 0:a -af atrim=start=10.0000333:end=20.0000000,asetpts=PTS-10.0000333/TB -c:a aac -b:a 128000 ' +
        '-f mp4 -movie_timescale 90000 -movflags +faststart',
    );
  });

  it('leave out the tracks the source does not have', () => {
    expect(line(transcodeOptions('ts', profile, window, { video: true, audio: false }))).not.toContain('0:a');
    expect(line(transcodeOptions('ts', profile, window, { video: false, audio: true }))).not.toContain('0:v');
  });

  it.each([
    ['both sizes', { widthPixels: 640, heightPixels: 360 }, 'setpts=PTS-900003,scale=640:360'],
    ['one, the other even', { heightPixels: 360 }, 'setpts=PTS-900003,scale=-2:360'],
    [
      'a frame rate',
      { frameRate: '30000/1001', widthPixels: 640 },
      'setpts=PTS-900003,fps=30000/1001:start_time=0:round=near,scale=640:-2',
    ],
  ])('give pictures %s', (_name, changes, expected) => {
    const encoding = { ...profile, video: video(changes) };
    expect(line(transcodeOptions('mp4', encoding, window, { video: true, audio: false }))).toContain(expected);
  });

  it('make even frames of the pictures of a window, before their size', () => {
    const changes = video({ frameRate: '25', heightPixels: 360 });
    const evenFrames = { grid: new FrameGrid('25', 900_003), firstFrame: 0, endFrame: 250 };
    const even =
      '-vf trim=start_pts=900003:end_pts=1800000,tpad=stop=-1:stop_mode=clone,setpts=PTS-(900003),' +
      'fps=25:start_time=0:round=near,trim=start_pts=0:end_pts=250,settb=1/90000,setpts=PTS+(900003),';
    expect(line(encodeFramesOptions(changes, window, { evenFrames }))).toContain(`${even}scale=-2:360 -vsync`);
    const streams = { video: true, audio: false, evenFrames };
    expect(line(transcodeOptions('ts', { ...profile, video: changes }, window, streams))).toContain(
      `${even}setpts=PTS-900003,scale=-2:360 -vsync`,
    );
  });

  it('mark HEVC in files as what QuickTime plays', () => {
    const encoding = { ...profile, video: video({ codec: 'hevc' }) };
    const optionsIn = (container: 'mp4' | 'ts') =>
      line(transcodeOptions(container, encoding, window, { video: true, audio: false }));
    expect(optionsIn('mp4')).toContain('-tag:v hvc1');
    expect(optionsIn('ts')).not.toContain('-tag:v');
  });

  it('encode the frames of a range on the clock of the input, with GOPs that stand alone', () => {
    expect(line(encodeFramesOptions(video({ heightPixels: 360 }), window))).toBe(
      '-map 0:v:0 -vf trim=start_pts=900003:end_pts=1800000,scale=-2:360 -vsync passthrough -enc_time_base 1:90000 ' +
        '-c:v libx264 -x264-params keyint=60:min-keyint=60:scenecut=0:open-gop=0 -preset veryfast -crf 21 ' +
        '-pix_fmt yuv420p -muxdelay 0 -muxpreload 0 -mpegts_copyts 1 -f mpegts',
    );
    expect(line(encodeFramesOptions(video({ codec: 'hevc', keyframeIntervalFrames: 48 }), window))).toContain(
      '-c:v libx265 -x265-params keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=1 -preset veryfast',
    );
  });

  it('make frames of fields before anything else', () => {
    const expected = '-vf bwdif=mode=send_frame:deint=interlaced,settb=1/90000,trim=start_pts=900003:end_pts=1800000';
    const fields = { video: true, audio: false, interlaced: true };
    expect(line(encodeFramesOptions(video({ heightPixels: 360 }), window, { interlaced: true }))).toContain(expected);
    expect(line(transcodeOptions('ts', profile, window, fields))).toContain(expected);
  });

  it('give an encoder that has neighbours only its threads', () => {
    expect(line(encodeFramesOptions(video({}), window, { threadCount: 3 }))).toContain(
      ':open-gop=0 -threads 3 -preset',
    );
    expect(line(encodeFramesOptions(video({ codec: 'hevc' }), window, { threadCount: 3 }))).toContain(
      ':log-level=1:pools=3 -preset',
    );
  });

  it.each<[VideoRate, string]>([
    [{ kind: 'quality', crf: 23 }, '-crf 23 -pix_fmt'],
    [{ kind: 'quality', crf: 23, maxBitrateBps: 800_000 }, '-crf 23 -maxrate 800000 -bufsize 1600000'],
    [{ kind: 'bitrate', bitrateBps: 500_000 }, '-b:v 500000 -pix_fmt'],
    [{ kind: 'bitrate', bitrateBps: 500_000, maxBitrateBps: 700_000 }, '-b:v 500000 -maxrate 700000 -bufsize 1400000'],
  ])('encode at the rate %j', (rate, expected) => {
    expect(line(encodeFramesOptions(video({ rate }), window))).toContain(expected);
  });

  it('have a later range of a capped rate begin with the buffer half full, and no other', () => {
    const capped: VideoRate = { kind: 'quality', crf: 23, maxBitrateBps: 800_000 };
    for (const codec of ['h264', 'hevc'] as const) {
      const optionsOf = (rate: VideoRate, goesOn: boolean) =>
        line(encodeFramesOptions(video({ codec, rate }), window, { goesOn }));
      expect(optionsOf(capped, true)).toContain(':open-gop=0:vbv-init=0.5');
      expect(optionsOf(capped, false)).not.toContain('vbv-init');
      expect(optionsOf({ kind: 'quality', crf: 23 }, true)).not.toContain('vbv-init');
    }
  });

  it('encode the sound of a window, with silence where it has holes', () => {
    const sound = { ...profile.audio, sampleRateHz: 48_000, channelCount: 2 } as const;
    expect(line(encodeSoundOptions(sound, window))).toBe(
      '-map 0:a -af aresample=async=1,atrim=start=10.0000333:end=20.0000000 -c:a aac -b:a 128000 -ar 48000 -ac 2 ' +
        '-muxdelay 0 -muxpreload 0 -mpegts_copyts 1 -f mpegts',
    );
  });

  it('picture exactly one frame, by its PTS', () => {
    expect(line(pictureOptions(903_003, { imageSize: { width: 320, height: 180 } }))).toBe(
      '-map 0:v:0 -vf select=eq(pts\\,903003),scale=320:180 -frames:v 1 -vsync passthrough ' +
        '-c:v mjpeg -q:v 2 -f image2 -update 1',
    );
  });

  it('list the frames up to an instant, or the first one', () => {
    const list = '-vsync passthrough -c:v wrapped_avframe -enc_time_base 1:90000 -f framecrc';
    expect(line(listTicksOptions(903_003))).toBe(`-map 0:v:0 -vf trim=end_pts=903004 ${list}`);
    expect(line(listTicksOptions())).toBe(`-map 0:v:0 -frames:v 1 ${list}`);
  });

  it.each([
    ['png', '-c:v png'],
    ['webp', '-c:v libwebp -quality 90'],
  ] as const)('picture as %s', (imageFormat, encoder) => {
    expect(line(pictureOptions(0, { imageFormat }))).toBe(
      `-map 0:v:0 -vf select=eq(pts\\,0) -frames:v 1 -vsync passthrough ${encoder} -f image2 -update 1`,
    );
  });

  it('make tiles of frames by their PTS, in the pictures’ own shape', () => {
    expect(line(tileOptions([900_000, 903_000], { width: 160, height: 90 }))).toBe(
      '-map 0:v:0 -vf select=eq(pts\\,900000)+eq(pts\\,903000),scale=max(2\\,trunc(iw*sar/2)*2):ih,setsar=1,' +
        'scale=160:90:force_original_aspect_ratio=decrease,pad=160:90:(ow-iw)/2:(oh-ih)/2 ' +
        '-vsync passthrough -enc_time_base 1:90000 -pix_fmt rgb24 -f image2 -frame_pts 1',
    );
  });

  it('put tiles on one sheet', () => {
    expect(line(sheetOptions(10, 3))).toBe('-vf tile=10x3 -frames:v 1 -pix_fmt yuvj420p -q:v 4 -f image2 -update 1');
  });

  const config: H264Config = {
    ...{ kind: 'video', codec: 'h264', pid: 256, streamIndex: 0, runIndex: 0, sps: [], pps: [] },
    ...{ profileIdc: 100, constraintFlags: 0, levelIdc: 40, chromaFormatIdc: 1, bitDepthLuma: 8, bitDepthChroma: 8 },
    picture: { width: 1920, height: 1080, sarWidth: 1, sarHeight: 1, interlaced: true },
  };
  const frameRate = { numerator: 25, denominator: 1, isEven: true };

  it('encode an edge to go on where the source begins', () => {
    expect(line(edgeOptions({ config, frameRate, setId: 1 }, window)!)).toBe(
      '-map 0:v:0 -vf trim=start_pts=900003:end_pts=1800000 -vsync passthrough -enc_time_base 1:90000 ' +
        '-c:v libx264 -preset veryfast -crf 14 -bf 0 -profile:v high -level 4.0 -flags +ildct+ilme ' +
        '-x264-params sps-id=1:keyint=infinite:scenecut=0:repeat-headers=1:fps=25/1:force-cfr=1 ' +
        '-f mpegts -muxdelay 0 -muxpreload 0',
    );
  });

  it.each([
    [{ profileIdc: 66, levelIdc: 11, constraintFlags: 0x10 }, '-profile:v baseline -level 1b'],
    [{ profileIdc: 77, levelIdc: 31 }, '-profile:v main -level 3.1'],
    [{ profileIdc: 122, levelIdc: 52 }, '-profile:v high422 -level 5.2'],
  ])('encode an edge in the profile and level of %j', (fields, expected) => {
    const picture = { ...config.picture, interlaced: false };
    const text = line(
      edgeOptions(
        { config: { ...config, picture, ...fields }, frameRate: { ...frameRate, isEven: false }, setId: 3 },
        window,
      )!,
    );
    expect(text).toContain(expected);
    expect(text).not.toMatch(/ildct|fps=/);
  });

  it('cannot encode an edge in a profile that x264 does not have', () => {
    expect(edgeOptions({ config: { ...config, profileIdc: 88 }, frameRate, setId: 1 }, window)).toBeUndefined();
  });

  /** Of 1920x1080 pictures, coded as such and as 1920x1088. */
  const SPS_1080 = '420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84';
  const SPS_1088 = '420101016000000300900000030000030078a003c0801107cb965664e4caf0168080000003008000000c84';
  /** Profile and tier in one byte, 10 bytes of flags, the level. */
  const hevcOf = (profileIdc: number, levelIdc: number, fields: Partial<HevcConfig> = {}): HevcConfig => ({
    ...{ kind: 'video', codec: 'hevc', pid: 256, streamIndex: 0, runIndex: 0, vps: [], pps: [] },
    sps: [Buffer.from(SPS_1080, 'hex')],
    ...{ chromaFormatIdc: 1, bitDepthLuma: 8, bitDepthChroma: 8, temporalLayerCount: 1, temporalIdNested: true },
    generalProfileTierLevel: Uint8Array.of(profileIdc, ...Array<number>(10).fill(0), levelIdc),
    picture: { ...config.picture, interlaced: false },
    ...fields,
  });
  const TEN_BITS = { bitDepthLuma: 10, bitDepthChroma: 10 };
  const HIGH_TIER = 0x20;

  it('encode an edge of HEVC', () => {
    expect(line(edgeOptions({ config: hevcOf(1, 120), frameRate, setId: 0 }, window)!)).toBe(
      '-map 0:v:0 -vf trim=start_pts=900003:end_pts=1800000 -vsync passthrough -enc_time_base 1:90000 ' +
        '-c:v libx265 -preset veryfast -crf 14 -profile:v main -x265-params keyint=-1:scenecut=0:bframes=0:' +
        'repeat-headers=1:level-idc=4.0:high-tier=0:min-cu-size=8:fps=25/1:info=0:log-level=1 -f mpegts -muxdelay 0 -muxpreload 0',
    );
  });

  it.each([
    ['Main 10', hevcOf(2, 153, TEN_BITS), ['-profile:v main10', 'level-idc=5.1:high-tier=0']],
    ['8 bits in Main 10', hevcOf(2, 93), ['-profile:v main ', 'level-idc=3.1']],
    ['pictures coded in larger blocks', hevcOf(1, 120, { sps: [Buffer.from(SPS_1088, 'hex')] }), ['min-cu-size=16:']],
    ['the high tier', hevcOf(HIGH_TIER | 1, 123), ['-profile:v main ', 'level-idc=4.1:high-tier=1']],
  ])('encode an edge of HEVC in %s', (_name, hevc, expected) => {
    const text = line(edgeOptions({ config: hevc, frameRate: { ...frameRate, isEven: false }, setId: 0 }, window)!);
    for (const each of expected) expect(text).toContain(each);
    // without a rate x265 would tell that of the time base, and no level would do
    expect(text).toContain('fps=25/1');
  });

  it.each([
    ['range extensions', hevcOf(4, 120)],
    ['10 bits in Main', hevcOf(1, 120, TEN_BITS)],
    ['4:2:2', hevcOf(2, 120, { chromaFormatIdc: 2 })],
    [
      'more rows than whole blocks have',
      hevcOf(1, 120, { picture: { ...config.picture, interlaced: false, height: 1040 } }),
    ],
    ['fields', hevcOf(1, 120, { picture: config.picture })],
  ])('cannot encode an edge of HEVC with %s', (_name, hevc) => {
    expect(edgeOptions({ config: hevc, frameRate, setId: 0 }, window)).toBeUndefined();
  });
});
