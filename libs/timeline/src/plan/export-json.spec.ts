import { describe, expect, it } from '@jest/globals';
import { parseHls } from '../hls/parse-hls.js';
import { renderMediaPlaylist } from '../hls/render-media-playlist.js';
import { buildExportJson } from './export-json.js';
import { planExport } from './plan-export.js';
import { inputOf, type InputSketch, recording, type SegmentSketch, ZERO_MS } from './recording.fixture.js';

const CIPHER = { keyObjectKey: 'rec/k 1', ivHex: '0'.repeat(31) + '1' };
const SKETCHES: SegmentSketch[] = [
  {},
  { durationMs: 6006 },
  { runIndex: 1, cipher: CIPHER, key: 'rec/big.ts', byteRange: [100, 300] },
  { runIndex: 1, cipher: CIPHER, key: 'rec/big.ts', byteRange: [300, 400] },
  { runIndex: 1 },
];
const planOf = (sketch: InputSketch = {}, bare = false) => {
  const made = recording(SKETCHES);
  if (bare) {
    made.timeline.hasWallClock = false;
    for (const segment of made.timeline.segments) delete segment.wallClockTicks;
  }
  const plan = planExport(inputOf(made, { ...sketch, output: { container: 'playlist-json' } }));
  return { document: plan.playlist!, coverage: plan.coverage };
};

const GOLDEN = `#EXTM3U
#EXT-X-VERSION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:06.000Z
#EXTINF:6.006000,
/rec/1.ts
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=AES-128,URI="/rec/k%201",IV=0x00000000000000000000000000000001
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:12.006Z
#EXTINF:6.000000,
#EXT-X-BYTERANGE:200@100
/rec/big.ts
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:18.006Z
#EXTINF:6.000000,
#EXT-X-BYTERANGE:100@300
/rec/big.ts
#EXT-X-KEY:METHOD=NONE
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:24.006Z
#EXTINF:6.000000,
/rec/4.ts
#EXT-X-ENDLIST
`;

const RANGE = { kind: 'wall-clock', startEpochMs: ZERO_MS + 7000, durationMs: 20_000 } as const;

describe('renderMediaPlaylist', () => {
  it('writes a complete playlist', () => {
    expect(renderMediaPlaylist(planOf({ range: RANGE }).document)).toBe(GOLDEN);
  });

  it('addresses objects as it is told', () => {
    const text = renderMediaPlaylist(planOf().document, (key) => `https://cdn.example/${encodeURI(key)}?sig=1`);
    expect(text).toContain('\nhttps://cdn.example/rec/0.ts?sig=1\n');
    expect(text).toContain('URI="https://cdn.example/rec/k%201?sig=1"');
  });

  it('is read back as the segments it was made of', () => {
    const parsed = parseHls(renderMediaPlaylist(planOf().document), 'else/where.m3u8');
    if (parsed.kind !== 'media') throw new Error('a media playlist was expected');
    expect(parsed.timeline.segments).toEqual(recording(SKETCHES).timeline.segments);
  });
});

describe('buildExportJson', () => {
  const annotations = { project: 'pp', description: 'ZGVzYw==' };

  it('tells the request, the whole segments around it and project and description verbatim', () => {
    const { document, coverage } = planOf({ range: RANGE });
    const { segments, ...json } = buildExportJson(document, annotations, coverage, 'v1', 'rec/play.m3u8');
    expect(json).toEqual({
      ...{ version: 'v1', project: 'pp', description: 'ZGVzYw==', file_path: 'rec/play.m3u8', m3u8: GOLDEN },
      ...{ begin_timestamp: ZERO_MS + 7000, end_timestamp: ZERO_MS + 27_000 },
      ...{ chunk_begin_timestamp: ZERO_MS + 6000, chunk_end_timestamp: ZERO_MS + 30_006 },
      ...{ begin_offset: 1000, end_offset: 3006 },
    });
    expect(segments).toHaveLength(4);
    expect(segments[1]).toEqual({
      ...{ uri: '/rec/big.ts', duration_ms: 6000, timestamp: ZERO_MS + 12_006, discontinuity: true },
      byte_range: { offset: 100, length: 200 },
      key: { method: 'AES-128', uri: '/rec/k%201', iv: `0x${CIPHER.ivHex}` },
    });
  });

  it('tells epoch times of a request from the start, too', () => {
    const { document, coverage } = planOf({ range: { kind: 'from-start', startMs: 7000, durationMs: 20_000 } });
    expect(buildExportJson(document, annotations, coverage, 'v1', 'x')).toMatchObject({
      ...{ begin_timestamp: ZERO_MS + 7000, end_timestamp: ZERO_MS + 27_000 },
      ...{ chunk_begin_timestamp: ZERO_MS + 6000, chunk_end_timestamp: ZERO_MS + 30_006 },
    });
  });

  it('has no timestamps without a wall clock', () => {
    const { document, coverage } = planOf({ range: { kind: 'from-start', startMs: 7000, durationMs: 20_000 } }, true);
    const json = buildExportJson(document, annotations, coverage, 'v1', 'x');
    expect(json).toMatchObject({
      begin_timestamp: null,
      chunk_end_timestamp: null,
      begin_offset: 1000,
      end_offset: 3006,
    });
    expect(json.segments[0].timestamp).toBeNull();
  });
});
