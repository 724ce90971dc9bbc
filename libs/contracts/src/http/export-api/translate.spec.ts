import { describe, expect, it } from '@jest/globals';
import { edit as editSchema, output as outputSchema } from '@clipfleet/timeline';
import { ClipfleetError } from '../../errors.js';
import { mediaExample, storageEntries, thumbnailExample, toBase64 } from './examples.js';
import { nameFields, readFields } from './read-fields.js';
import { translateExport } from './translate.js';

const stores: Record<string, string> = { 's3 us-west-2': 'west', 's3 us-east-1': 'east', 'file local': 'disk' };
const translate = (change: Record<string, unknown>, base: Record<string, unknown> = mediaExample) =>
  translateExport(readFields(nameFields({ ...base, ...change })).fields, {
    tenantId: 't1',
    findStore: (driver, location) => stores[`${driver} ${location}`],
  });
const [ts, mp4, upload] = storageEntries;
const storage = (...entries: unknown[]) => ({ storage_info: toBase64(entries) });
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ClipfleetError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
};

describe('translateExport', () => {
  it('makes of the document’s example one clip of one source and its ts', () => {
    const { edit, output, facts } = translate({});
    expect(edit).toEqual({
      clips: [
        {
          source: {
            format: 'hls',
            locations: [{ storeId: 'west', bucket: 'ch-or-001', key: mediaExample.HiResFilePath }],
          },
          range: { kind: 'wall-clock', startEpochMs: 1673293611963, durationMs: 677603 },
        },
      ],
    });
    expect(output).toEqual({
      container: 'ts',
      cutMode: 'keyframe',
      codec: { kind: 'copy' },
      destination: {
        storeId: 'east',
        bucket: 'pp-va-001',
        key: '13effbb0b4874ad98be66654b291149a/CHANNEL/VIDEO/35f86d7cff0c427babd15fdfd860c007/CHANNELRECORDING2b_v2dv.ts',
      },
      overwrite: true,
      storeCopy: true,
      pipeline: 'auto',
      gapPolicy: 'fail',
      annotations: { project: '', description: '' },
    });
    expect(facts).toEqual({
      api: 'export',
      fileName: 'CHANNELRECORDING2b_v2dv',
      userId: 'editor@example.com',
      serviceCaller: 'trimmer.example.com',
    });
    expect(() => [editSchema.parse(edit), outputSchema.parse(output)]).not.toThrow();
  });

  it('makes of FetchThumb a still at StartTime from the recording’s start', () => {
    const { edit, output } = translate({}, thumbnailExample);
    expect(edit.clips[0].source.format).toBe('dash');
    expect(edit.clips[0].range).toEqual({ kind: 'from-start', startMs: 2_773_000, durationMs: 1 });
    expect(output).toMatchObject({ container: 'image', cutMode: 'exact' });
    expect(output.destination.key).toMatch(/\/CHANNELRECORDING2b_v2dv_00-46-13\.jpg$/);
  });

  it.each([
    [0, 'ts', 'ts', 'keyframe', '.ts'],
    [0, 'mp4', 'mp4', 'exact', '.mp4'],
    [0, 'mov', 'mov', 'exact', '.mov'],
    [0, 'movm', 'mov', 'exact', '.mov'],
    [3, 'm3u8', 'playlist-json', 'segment', '.json'],
    [3, undefined, 'playlist-json', 'segment', '.json'],
    [4, 'm3u8', 'playlist-jwe', 'segment', '.tvu'],
  ])(
    'makes of export_type %s and media_type %s a %s cut %s with suffix %s',
    (export_type, media_type, container, cutMode, suffix) => {
      const { output } = translate({ export_type, media_type });
      expect(output).toMatchObject({ container, cutMode });
      expect(output.destination.key).toMatch(new RegExp(`/CHANNELRECORDING2b_v2dv\\${suffix}$`));
    },
  );

  it.each([
    [999_999_999_999, 0, { kind: 'from-start', startMs: 999_999_999_999 }],
    [999_999_999_999, 1, { kind: 'wall-clock', startEpochMs: 1_000_000_000_000 }],
    [1_000_000_000_000, -1, { kind: 'from-start', startMs: 999_999_999_999 }],
    [61_500, -1_500, { kind: 'from-start', startMs: 60_000 }],
    [0, 0, { kind: 'from-start', startMs: 0 }],
    [1673293611963, 1000, { kind: 'wall-clock', startEpochMs: 1673293612963 }],
  ])('takes StartPos %s + Offset %s as %j', (StartPos, Offset, range) => {
    expect(translate({ StartPos, Offset }).edit.clips[0].range).toMatchObject(range);
  });

  it('tries every ts entry, then every mp4 entry, each once', () => {
    const second = { ...ts, storage_name: 'second' };
    const fallback = { ...mp4, storage_type: 'FILE', storage_location: 'local', storage_root_folder: '/archive/' };
    const { locations } = translate(storage(fallback, ts, second, mp4, upload)).edit.clips[0].source;
    expect(locations).toEqual([
      { storeId: 'west', bucket: 'ch-or-001', key: mediaExample.HiResFilePath },
      { storeId: 'west', bucket: 'second', key: mediaExample.HiResFilePath },
      { storeId: 'disk', bucket: 'ch-or-001', key: `archive/${mediaExample.HiResFilePath}` },
    ]);
  });

  it('reads from the mp4 entry where there is no ts entry', () => {
    expect(translate(storage(mp4, upload)).edit.clips[0].source.locations).toHaveLength(1);
  });

  it('takes a path as VideoPath gives it, with a leading slash', () => {
    expect(translate({ HiResFilePath: '/a/play.m3u8' }).edit.clips[0].source.locations[0].key).toBe('a/play.m3u8');
  });

  it.each([
    [[upload], 'storage_info has no enabled entry with storage_purpose ts'],
    [[ts], 'storage_info has no enabled entry with storage_purpose upload'],
    [[ts, { ...upload, storage_enable: false }], 'storage_info has no enabled entry with storage_purpose upload'],
    [[], 'storage_info has no enabled entry with storage_purpose ts'],
    [[ts, upload, upload], 'storage_info has several enabled entries with storage_purpose upload'],
    [[{ ...ts, storage_location: 'mars' }, upload], 'storage_info[0].storage_location names no S3 store of this fleet'],
    [[{ ...ts, storage_type: 'FILE' }, upload], 'storage_info[0].storage_location names no FILE store of this fleet'],
    [
      [{ ...ts, storage_root_folder: 'x'.repeat(1000) }, upload],
      'HiResFilePath makes a key longer than 1024 bytes with its folders',
    ],
    [
      [ts, { ...upload, storage_root_folder: 'x'.repeat(1000) }],
      'FileName makes a key longer than 1024 bytes with its folders',
    ],
  ])('refuses the storage %j with words', (entries, message) => {
    expect(messageOf(() => translate(storage(...entries)))).toBe(message);
  });

  describe('without storage_path_id', () => {
    const { storage_path_id: _id, ...noPathId } = upload;
    const folderOf = (change: Record<string, unknown>): string => {
      const match = /VIDEO\/([0-9a-f]{32})\/[^/]+$/.exec(
        translate({ ...storage(ts, noPathId), ...change }).output.destination.key,
      );
      expect(match).not.toBeNull();
      return match?.[1] ?? '';
    };

    it('puts the output into a folder made from the request, the same for the same request', () => {
      expect(folderOf({})).toBe(
        folderOf({ userid: 'someone@example.com', is_cover: false, not_fast_ts_extract: true }),
      );
    });

    it.each([[{ StartPos: 5 }], [{ Duration: 5 }], [{ FileName: 'other' }], [{ media_type: 'mp4' }]])(
      'and another for %j',
      (change) => {
        expect(folderOf(change)).not.toBe(folderOf({}));
      },
    );
  });

  it.each([
    [{ not_fast_ts_extract: true }, { storeCopy: false, pipeline: 'auto' }],
    [{ not_fast_tvu264: true }, { storeCopy: true, pipeline: 'single-ffmpeg' }],
    [{ is_cover: false }, { overwrite: false }],
    [{ media_type: 'mp4', not_fast_tvu264: true }, { pipeline: 'single-ffmpeg' }],
    [
      { export_type: 3, media_type: 'm3u8', project: 'pp', description: 'a\n"b"' },
      { annotations: { project: 'pp', description: 'a\n"b"' } },
    ],
  ])('takes %j as %j', (change, expected) => {
    expect(translate(change).output).toMatchObject(expected);
  });

  it.each([
    [{ media_type: 'mp4', not_fast_ts_extract: true }, { media_type: 'mp4' }],
    [
      { export_type: 3, media_type: 'm3u8', not_fast_tvu264: true, not_fast_ts_extract: true },
      { export_type: 3, media_type: 'm3u8' },
    ],
    [{ project: 'pp', description: 'd' }, {}],
    [{ media_type: 'movm' }, { media_type: 'mov' }],
    [{ StartTime: '01:00:00' }, {}],
    [{ StartPos: 1673293611962, Offset: 1 }, {}],
  ])('takes %j as the same job as %j', (change, plain) => {
    expect(translate(change).fingerprint).toBe(translate(plain).fingerprint);
  });
});
