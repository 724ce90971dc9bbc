import { describe, expect, it } from '@jest/globals';
import { attachmentDisposition } from './content-disposition.js';

describe('the content disposition of a download', () => {
  it.each([
    ['clip.mp4', 'attachment; filename="clip.mp4"'],
    ['a b.mp4', 'attachment; filename="a b.mp4"'],
    ['über.mp4', `attachment; filename="_ber.mp4"; filename*=UTF-8''%C3%BCber.mp4`],
    ['a"b.mp4', `attachment; filename="a_b.mp4"; filename*=UTF-8''a%22b.mp4`],
    ["it's (1)*.mp4é", `attachment; filename="it's (1)*.mp4_"; filename*=UTF-8''it%27s%20%281%29%2A.mp4%C3%A9`],
    ['a\r\nb: c', `attachment; filename="a__b: c"; filename*=UTF-8''a%0D%0Ab%3A%20c`],
  ])('of %p is %p', (name, header) => {
    expect(attachmentDisposition(name)).toBe(header);
  });
});
