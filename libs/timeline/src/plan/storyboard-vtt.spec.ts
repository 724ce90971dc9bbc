import { describe, expect, it } from '@jest/globals';
import { renderStoryboardVtt, type StoryboardSheet } from './storyboard-vtt.js';

const sheet: StoryboardSheet = {
  ...{ columns: 2, tileWidth: 160, tileHeight: 90, tileCount: 3 },
  ...{ intervalTicks: 90_000, durationTicks: 225_000, missingTiles: [] },
};

describe('the track of a storyboard', () => {
  it('has a cue for each tile, the last one as long as the clip', () => {
    expect(renderStoryboardVtt(sheet, 'goal.jpg')).toBe(`WEBVTT

00:00:00.000 --> 00:00:01.000
goal.jpg#xywh=0,0,160,90

00:00:01.000 --> 00:00:02.000
goal.jpg#xywh=160,0,160,90

00:00:02.000 --> 00:00:02.500
goal.jpg#xywh=0,90,160,90
`);
  });

  it('leaves out tiles without a picture', () => {
    const text = renderStoryboardVtt({ ...sheet, missingTiles: [1] }, 'goal.jpg');
    expect(text.match(/-->/g)).toHaveLength(2);
    expect(text).not.toContain('#xywh=160,0');
  });

  it('counts hours', () => {
    const day = { ...sheet, columns: 10, tileCount: 100, intervalTicks: 864 * 90_000, durationTicks: 86_400 * 90_000 };
    expect(renderStoryboardVtt(day, 'd.jpg')).toContain(
      '\n23:45:36.000 --> 24:00:00.000\nd.jpg#xywh=1440,810,160,90\n',
    );
  });

  it('has no cue that ends where it starts', () => {
    const dense = { ...sheet, intervalTicks: 10, durationTicks: 25 };
    expect(renderStoryboardVtt(dense, 'd.jpg')).toBe('WEBVTT\n');
  });
});
