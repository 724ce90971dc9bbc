import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PARSE_LIMITS, type ParsedPlaylist } from '@clipfleet/timeline';
import { ParsedPlaylists, type PlaylistText } from './parsed-playlists.js';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;
const given = (): ParsedPlaylists =>
  new ParsedPlaylists({
    parse: { ...DEFAULT_PARSE_LIMITS, maxPlaylistBytes: 64 * MIB },
    thread: { maxMemoryBytes: 512 * MIB, timeoutMs: 20_000 },
  });
const hls = (segmentCount: number, place: Partial<PlaylistText> = {}): PlaylistText => ({
  format: 'hls',
  text: ['#EXTM3U', ...Array.from({ length: segmentCount }, (_, i) => `#EXTINF:2.0,\nsegment-${i}.ts`)].join('\n'),
  ...{ playlistKey: 'ch/play.m3u8', playlistBucket: 'in', ...place },
});
const mpd = (type: string, attributes = ''): PlaylistText => ({
  format: 'dash',
  text: `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="${type}" profiles="urn:mpeg:dash:profile:mp2t-main:2011" minBufferTime="PT2S"
    ${attributes}><Period start="PT0S"><AdaptationSet mimeType="video/mp2t"><Representation id="a" bandwidth="1000">
    <SegmentTemplate media="a-$Number$.ts" duration="2" startNumber="1"/></Representation></AdaptationSet></Period></MPD>`,
  playlistKey: 'ch/play.mpd',
});
const firstKeyOf = (parsed: ParsedPlaylist): string | undefined =>
  parsed.kind === 'media' ? parsed.timeline.segments[0].key : undefined;

describe('playlists that are parsed', () => {
  it.each([
    ['a small one', hls(3)],
    ['one that takes a thread', hls(20_000)],
    ['a static MPD', mpd('static', 'mediaPresentationDuration="PT20S"')],
  ])('are parsed once however many ask, at once or later: %s', async (_name, playlist) => {
    const playlists = given();
    const [first, beside] = await Promise.all([playlists.parse(playlist, signal), playlists.parse(playlist, signal)]);
    expect(beside).toBe(first);
    expect(await playlists.parse({ ...playlist }, signal)).toBe(first);
  });

  it('are others with another text, or at another place', async () => {
    const playlists = given();
    const first = await playlists.parse(hls(3), signal);
    expect(await playlists.parse(hls(4), signal)).toMatchObject({ timeline: { segments: { length: 4 } } });
    expect(firstKeyOf(first)).toBe('ch/segment-0.ts');
    expect(firstKeyOf(await playlists.parse(hls(3, { playlistKey: 'b/play.m3u8' }), signal))).toBe('b/segment-0.ts');
  });

  it('are parsed anew where the clock says how far they have come', async () => {
    const playlists = given();
    const dynamic = mpd('dynamic', `availabilityStartTime="${new Date(Date.now() - 20_000).toISOString()}"`);
    const first = await playlists.parse(dynamic, signal);
    expect(first).toMatchObject({ timeline: { growing: true } });
    expect(await playlists.parse(dynamic, signal)).not.toBe(first);
  });

  it('go on for the others when one of those who wait gives up', async () => {
    const playlists = given();
    const one = new AbortController();
    const abandoned = playlists.parse(hls(20_000), one.signal);
    const awaited = playlists.parse(hls(20_000), signal);
    one.abort(new Error('given up'));
    await expect(abandoned).rejects.toThrow('given up');
    expect(await awaited).toMatchObject({ timeline: { segments: { length: 20_000 } } });
    await expect(playlists.parse(hls(20_000), one.signal)).rejects.toThrow('given up');
  });

  it('are refused each time they are not playlists', async () => {
    const playlists = given();
    const page = { ...hls(0), text: '<!doctype html>' };
    for (const _time of [1, 2]) {
      await expect(playlists.parse(page, signal)).rejects.toMatchObject({ code: 'playlist-invalid' });
    }
  });

  it('cannot be changed by one plan for another', async () => {
    const parsed = await given().parse(hls(3), signal);
    if (parsed.kind !== 'media') throw new Error(parsed.kind);
    const { segments } = parsed.timeline;
    expect(() => segments.pop()).toThrow(TypeError);
    expect(() => Object.assign(segments[0], { gap: true })).toThrow(TypeError);
  });
});
