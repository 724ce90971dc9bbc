import { describe, expect, it } from '@jest/globals';
import { rewriteAddresses } from './rewrite-addresses.js';

const behind = (uri: string): string | undefined => (uri.includes(':') ? undefined : `/x/${uri}`);

describe('rewriteAddresses', () => {
  it.each([
    ['0.ts', '/x/0.ts'],
    ['  a b.ts \r', '/x/a b.ts'],
    ['http://h/0.ts', 'http://h/0.ts'],
    ['#EXTINF:4,URI="title"', '#EXTINF:4,URI="/x/title"'],
    ['#EXT-X-KEY:METHOD=AES-128,URI="k.key",IV=0x1', '#EXT-X-KEY:METHOD=AES-128,URI="/x/k.key",IV=0x1'],
    ['#EXT-X-KEY:METHOD=AES-128,URI="data:k"', '#EXT-X-KEY:METHOD=AES-128,URI="data:k"'],
    ['#EXT-X-MAP:URI="init.mp4",BYTERANGE="9@0"', '#EXT-X-MAP:URI="/x/init.mp4",BYTERANGE="9@0"'],
    ['#EXT-X-MEDIA:TYPE=AUDIO,NAME="a", URI="a.m3u8"', '#EXT-X-MEDIA:TYPE=AUDIO,NAME="a", URI="/x/a.m3u8"'],
    ['#EXT-X-SESSION-DATA:DATA-ID="URI",VALUE="x"', '#EXT-X-SESSION-DATA:DATA-ID="URI",VALUE="x"'],
    ['# a comment, URI="x"', '# a comment, URI="x"'],
    ['', ''],
  ])('%j → %j', (line, expected) => {
    expect(rewriteAddresses(`#EXTM3U\n${line}\n#EXT-X-ENDLIST\n`, behind)).toBe(
      `#EXTM3U\n${expected}\n#EXT-X-ENDLIST\n`,
    );
  });

  it('asks once for an address that comes often', () => {
    const asked: string[] = [];
    rewriteAddresses('a.ts\nb.ts\na.ts', (uri) => void asked.push(uri));
    expect(asked).toEqual(['a.ts', 'b.ts']);
  });
});
