import { describe, expect, it } from '@jest/globals';
import { exportRequest, formatClock, parseStart, type ExportOptions } from './export-request.js';

const options: ExportOptions = {
  playlistKey: 'demo/index.m3u8',
  storageType: 'FILE',
  storageLocation: 'local',
  sourceBucket: 'recordings',
  uploadBucket: 'exports',
  token: 'T',
  type: 'mp4',
  startMs: 1_768_478_400_000,
  durationMs: 10_000,
  fileName: 'goal',
  overwrite: false,
};

describe('exportRequest', () => {
  it('asks for media by StartPos and Duration', () => {
    expect(exportRequest(options)).toEqual({
      SessionId: 'T',
      ServiceCaller: 'clipfleet-cli',
      HiResFilePath: 'demo/index.m3u8',
      FileName: 'goal',
      FetchThumb: false,
      FetchMedia: true,
      StartPos: 1_768_478_400_000,
      Duration: 10_000,
      export_type: 0,
      media_type: 'mp4',
      is_cover: false,
      storage_info: expect.any(String),
    });
  });

  it('names source and destination in storage_info', () => {
    const text = Buffer.from(String(exportRequest(options)['storage_info']), 'base64').toString('utf8');
    expect(JSON.parse(text)).toMatchObject([
      { storage_purpose: 'ts', storage_type: 'FILE', storage_location: 'local', storage_name: 'recordings' },
      { storage_purpose: 'upload', storage_enable: true, storage_name: 'exports' },
    ]);
  });

  it('asks for a picture by StartTime, and for nothing of media', () => {
    const request = exportRequest({ ...options, type: 'thumb', startMs: 3_725_000 });
    expect(request).toMatchObject({ FetchThumb: true, FetchMedia: false, StartTime: '01:02:05' });
    expect(request).not.toHaveProperty('media_type');
  });

  it.each([
    ['json', 3],
    ['tvu', 4],
  ] as const)('asks for %s by export_type %i and media_type m3u8', (type, exportType) => {
    expect(exportRequest({ ...options, type })).toMatchObject({ export_type: exportType, media_type: 'm3u8' });
  });

  it('gives a manifest as LivePath', () => {
    const request = exportRequest({ ...options, playlistKey: 'a/manifest.mpd' });
    expect(request).toMatchObject({ LivePath: 'a/manifest.mpd' });
    expect(request).not.toHaveProperty('HiResFilePath');
  });
});

describe('parseStart', () => {
  it.each([
    ['0', 0],
    ['61500', 61_500],
    ['1768478400000', 1_768_478_400_000],
    ['01:02:05', 3_725_000],
    ['00:00:01.5', 1_500],
    ['2026-01-15T12:00:00Z', 1_768_478_400_000],
    ['00:60:00', undefined],
    ['2026', 2026],
    ['tomorrow', undefined],
    ['-5', undefined],
    ['', undefined],
  ])('reads %j as %p', (text, expected) => {
    expect(parseStart(text)).toBe(expected);
  });
});

describe('formatClock', () => {
  it.each([
    [0, '00:00:00'],
    [59_999, '00:00:59'],
    [3_600_000, '01:00:00'],
    [360_000_000, '100:00:00'],
  ])('writes %i ms as %s', (offsetMs, expected) => {
    expect(formatClock(offsetMs)).toBe(expected);
  });
});
