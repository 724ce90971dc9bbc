import { describe, expect, it } from '@jest/globals';
import { parsePlaylist, type ParseRequest, replyToParse, takeParseReply } from './parse-playlist.js';

const good: ParseRequest = { format: 'hls', text: '#EXTM3U\n#EXTINF:1,\na.ts', playlistKey: 'p/x.m3u8', nowMs: 0 };

describe('a playlist parsed in another thread', () => {
  it('comes back as it would have here', () => {
    const reply = structuredClone(replyToParse(structuredClone(good)));
    expect(takeParseReply(reply)).toEqual(parsePlaylist(good));
  });

  it('is refused as it would have been here', () => {
    const reply = structuredClone(replyToParse({ ...good, format: 'dash' }));
    expect(reply.ok).toBe(false);
    expect(() => takeParseReply(reply)).toThrow(
      expect.objectContaining({ name: 'TimelineError', code: 'playlist-invalid' }),
    );
  });
});
