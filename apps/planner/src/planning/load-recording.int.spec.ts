import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStores, type ObjectStores } from '@clipfleet/object-store';
import { DEFAULT_PARSE_LIMITS, type Source } from '@clipfleet/timeline';
import { loadRecording } from './load-recording.js';
import { type LoadLimits, ParsedPlaylists } from './parsed-playlists.js';

const MIB = 1024 * 1024;
const limits: LoadLimits = {
  parse: { ...DEFAULT_PARSE_LIMITS, maxPlaylistBytes: 8 * MIB },
  thread: { maxMemoryBytes: 256 * MIB, timeoutMs: 20_000 },
};
const signal = new AbortController().signal;
const readable = [{ storeId: 'local', bucket: 'in', prefix: 'ch/' }];
let rootPath: string;
let stores: ObjectStores;

const put = (key: string, text: string): Promise<unknown> =>
  stores.get('local').put({ bucket: 'in', key }, new TextEncoder().encode(text));
const hls = (...keys: string[]): Source => ({
  format: 'hls',
  locations: keys.map((key) => ({ storeId: 'local', bucket: 'in', key })),
});
const load = (source: Source, given: Partial<LoadLimits> = {}): ReturnType<typeof loadRecording> =>
  loadRecording(
    source,
    readable,
    {
      stores,
      playlists: new ParsedPlaylists({ ...limits, ...given }),
      maxPlaylistBytes: limits.parse.maxPlaylistBytes,
    },
    signal,
  );
const playlist = (...lines: string[]): string =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:6', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
const longPlaylist = (count: number): string =>
  playlist(...Array.from({ length: count }, (_, i) => `#EXTINF:2.000,\nseg-${String(i).padStart(6, '0')}.ts`));

beforeAll(async () => {
  rootPath = mkdtempSync(join(tmpdir(), 'clipfleet-load-'));
  stores = createStores([{ id: 'local', driver: 'file', locations: ['local'], rootPath, syncWrites: false }]);
  await stores.get('local').ensureBucket('in');
  await put('ch/play.m3u8', playlist('#EXTINF:6,', 'a.ts', '#EXTINF:6,', 'b.ts'));
});
afterAll(async () => {
  await stores.close();
  rmSync(rootPath, { recursive: true, force: true });
});

describe('loading a recording', () => {
  it('reads the playlist from the first location that has it', async () => {
    const { timeline, at } = await load(hls('ch/none.m3u8', 'ch/play.m3u8'));
    expect(at.key).toBe('ch/play.m3u8');
    expect(timeline.segments.map((segment) => segment.key)).toEqual(['ch/a.ts', 'ch/b.ts']);
  });

  it('follows a multivariant playlist to its best variant', async () => {
    const variants = ['#EXT-X-STREAM-INF:BANDWIDTH=100', 'none.m3u8', '#EXT-X-STREAM-INF:BANDWIDTH=900', 'play.m3u8'];
    await put('ch/master.m3u8', ['#EXTM3U', ...variants, ''].join('\n'));
    expect((await load(hls('ch/master.m3u8'))).timeline.segments).toHaveLength(2);
  });

  it('reads a playlist of 100,000 lines in a thread of its own', async () => {
    await put('ch/long.m3u8', longPlaylist(50_000));
    const { timeline } = await load(hls('ch/long.m3u8'));
    expect(timeline.segments).toHaveLength(50_000);
    expect(timeline.segments[49_999]).toMatchObject({ key: 'ch/seg-049999.ts', startTicks: 49_999 * 180_000 });
  });

  it.each([
    ['does not exist', undefined, 'source-missing'],
    ['is HTML', '<!doctype html><html><body>404</body></html>', 'playlist-invalid'],
    ['is empty', '', 'playlist-invalid'],
    ['is larger than allowed', 'x'.repeat(9 * MIB), 'playlist-too-large'],
    [
      'names an object outside what the tenant may read',
      playlist('#EXTINF:6,', '/other/secret.ts'),
      'unsupported-source',
    ],
    ['names a variant outside it', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/other/play.m3u8\n', 'unsupported-source'],
    ['names another host', playlist('#EXTINF:6,', 'http://169.254.169.254/latest/meta-data'), 'unsupported-source'],
    [
      'names a multivariant playlist as variant',
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nbad.m3u8\n',
      'playlist-invalid',
    ],
  ])('refuses a playlist that %s', async (_name, text, code) => {
    if (text !== undefined) await put('ch/bad.m3u8', text);
    await expect(load(hls(text === undefined ? 'ch/none.m3u8' : 'ch/bad.m3u8'))).rejects.toMatchObject({ code });
  });

  it('ends a parse that takes more memory or time than it may', async () => {
    await put('ch/long.m3u8', longPlaylist(90_000));
    const stingy = { maxMemoryBytes: 32 * MIB, timeoutMs: 60_000 };
    await expect(load(hls('ch/long.m3u8'), { thread: stingy })).rejects.toMatchObject({ code: 'playlist-too-large' });
    const hasty = { maxMemoryBytes: 256 * MIB, timeoutMs: 1 };
    await expect(load(hls('ch/long.m3u8'), { thread: hasty })).rejects.toMatchObject({ code: 'playlist-too-large' });
  });

  it('names a store that is not configured', async () => {
    const elsewhere: Source = { format: 'hls', locations: [{ storeId: 'nowhere', bucket: 'in', key: 'ch/play.m3u8' }] };
    await expect(load(elsewhere)).rejects.toMatchObject({ code: 'source-not-located' });
  });
});
