import { describe, expect, it } from '@jest/globals';
import { parseHls } from '../hls/parse-hls.js';
import { renderMediaPlaylist } from '../hls/render-media-playlist.js';
import type { Timeline } from '../timeline/timeline.js';
import { assertMadeOf } from './assert-made-of.js';
import { planOf, refusal } from './planned.fixture.js';
import { repeat } from './recording.fixture.js';

const playlist = { output: { container: 'playlist' } } as const;
const first = { key: 'rec/init.mp4', byteRange: [10, 730] as [number, number] };
const second = { key: 'rec/init-2.mp4' };

describe('fragmented MP4', () => {
  const { playlist: document } = planOf(
    [...repeat(2), ...repeat(2, { map: first }), ...repeat(1, { map: second })],
    playlist,
  );
  const text = renderMediaPlaylist(document!);

  it('is listed with its maps, each before the first segment that needs it', () => {
    expect(text.split('\n').filter((line) => /MAP|VERSION|ts$/.test(line))).toEqual([
      ...['#EXT-X-VERSION:6', '/rec/0.ts', '/rec/1.ts'],
      ...['#EXT-X-MAP:URI="/rec/init.mp4",BYTERANGE="720@10"', '/rec/2.ts', '/rec/3.ts'],
      ...['#EXT-X-MAP:URI="/rec/init-2.mp4"', '/rec/4.ts'],
    ]);
  });

  it('is read again as it was listed', () => {
    const { timeline } = parseHls(text, 'rec/all.m3u8') as { timeline: Timeline };
    expect(timeline.segments.map(({ map }) => map)).toEqual([undefined, undefined, first, first, second]);
    expect(() => assertMadeOf({ container: 'playlist' }, timeline)).not.toThrow();
    expect(refusal(() => assertMadeOf({ container: 'ts' }, timeline))).toMatchObject({ code: 'unsupported-source' });
  });

  it('is not followed by a transport stream', () => {
    expect(refusal(() => planOf([...repeat(1, { map: first }), ...repeat(1)], playlist))).toMatchObject({
      ...{ code: 'unsupported-source', message: expect.stringContaining('EXT-X-MAP') },
    });
  });
});
