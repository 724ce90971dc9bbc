import { describe, expect, it } from '@jest/globals';
import type { Clip, ClipRange } from '../edit/edit.js';
import type { Output } from '../edit/output.js';
import { fileInstantOf, planFilePicture } from './file-picture.js';
import { plan as planSchema } from './plan.js';
import { refusal } from './planned.fixture.js';

const MIB = 1024 * 1024;
const at = { storeId: 'main', bucket: 'files', key: 'a.mp4' };
const image = { container: 'image', imageFormat: 'png' } as Output;
const clipOf = (range: ClipRange, format: Clip['source']['format'] = 'file'): Clip => ({
  ...{ source: { format, locations: [at] }, range },
});
const instant = clipOf({ kind: 'from-start', startMs: 1500, durationMs: 1 });

describe('a picture of a media file', () => {
  it.each([
    [3 * MIB, 3 * MIB],
    [700 * MIB, 8 * MIB],
  ])('is one task of the whole object, of which it reads little: %d bytes', (sizeBytes, workBytes) => {
    const plan = planFilePicture(fileInstantOf({ clips: [instant] }, image)!, { ...at, sizeBytes }, image);
    expect(planSchema.parse(plan)).toEqual(plan);
    const span = { startMs: 1500, endMs: 1501 };
    expect(plan).toMatchObject({ strategy: 'picture', header: 'none', coverage: { requested: span, missing: [] } });
    expect(plan.tasks).toMatchObject([
      {
        ...{ kind: 'picture', wholeFile: true, workBytes, trimStart: { offsetTicks: 135_000 }, imageFormat: 'png' },
        pieces: [{ key: 'a.mp4', sizeBytes }],
      },
    ]);
  });

  it('is not what an edit of recordings is', () => {
    expect(fileInstantOf({ clips: [clipOf({ kind: 'whole' }, 'hls')] }, image)).toBeUndefined();
  });

  it.each<[string, Clip[], Output['container']]>([
    ['can be made into an image, not into mp4', [instant], 'mp4'],
    ['can be made into an image, not into storyboard', [instant], 'storyboard'],
    ['cannot be one of several clips', [clipOf({ kind: 'whole' }, 'hls'), instant], 'image'],
    ['has no range of the kind whole', [clipOf({ kind: 'whole' })], 'image'],
  ])('is all that is made of one: %s', (message, clips, container) => {
    expect(refusal(() => fileInstantOf({ clips }, { container }))).toMatchObject({
      ...{ code: 'unsupported-source', message: `A media file ${message}.` },
    });
  });
});
