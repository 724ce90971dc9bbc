import { describe, expect, it } from '@jest/globals';
import { edit as editSchema, output as outputSchema } from '@clipfleet/timeline';
import { ClipfleetError } from '../../errors.js';
import { nativeRequestExample } from '../openapi/examples.js';
import { readNativeExport } from './export-request.js';

/** The example with one member changed, by its path. */
const withChange = (path: string, value: unknown): unknown => {
  const copy = structuredClone(nativeRequestExample) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const parent = steps.slice(0, -1).reduce((at, step) => at[step] as Record<string, unknown>, copy);
  parent[steps.at(-1) as string] = value;
  return copy;
};
const refusalOf = (body: unknown): { field: string; message: string } => {
  try {
    readNativeExport(body);
  } catch (error) {
    if (!(error instanceof ClipfleetError)) throw error;
    return { field: error.details['field'] as string, message: error.message };
  }
  throw new Error('was not refused');
};

describe('readNativeExport', () => {
  it('fills in what is not said', () => {
    const { edit, output } = readNativeExport(nativeRequestExample);
    expect(output).toEqual({
      container: 'mp4',
      cutMode: 'exact',
      codec: { kind: 'copy' },
      destination: { storeId: 'main', bucket: 'clips', key: 'channel/7/goal.mp4' },
      overwrite: false,
      storeCopy: true,
      pipeline: 'auto',
      gapPolicy: 'fail',
      annotations: { project: '', description: '' },
    });
    expect(() => [editSchema.parse(edit), outputSchema.parse(output)]).not.toThrow();
  });

  it.each([
    [undefined, 0],
    ['high', 1],
    ['normal', 0],
    ['low', -1],
  ])('ranks the priority %p as %i', (priority, rank) => {
    expect(readNativeExport({ ...nativeRequestExample, priority }).priority).toBe(rank);
  });

  it.each([60_000, 365 * 86_400_000])('lets an output expire after %i ms', (expiresInMs) => {
    expect(readNativeExport(withChange('output.expiresInMs', expiresInMs)).output.expiresInMs).toBe(expiresInMs);
  });

  it.each([59_999, 365 * 86_400_000 + 1, 60_000.5, '60000', null])('and refuses %p', (expiresInMs) => {
    expect(refusalOf(withChange('output.expiresInMs', expiresInMs)).field).toBe('output.expiresInMs');
  });

  it.each([
    ['ts', 'keyframe'],
    ['mov', 'exact'],
    ['image', 'exact'],
    ['playlist', 'segment'],
    ['playlist-jwe', 'segment'],
  ])('cuts %s by default at the %s', (container, cutMode) => {
    expect(readNativeExport(withChange('output.container', container)).output.cutMode).toBe(cutMode);
  });

  const withOutput = (fields: object) => ({
    ...nativeRequestExample,
    output: { ...nativeRequestExample.output, ...fields },
  });

  it.each([
    [{ container: 'mp4', exact: { by: 'reencode' } }],
    [{ container: 'mov', cutMode: 'exact', exact: { by: 'edit-list' } }],
    [{ container: 'ts', cutMode: 'exact', exact: { by: 'reencode' } }],
  ])('takes the way of an exact cut: %j', (fields) => {
    expect(readNativeExport(withOutput(fields)).output).toMatchObject({ ...fields, cutMode: 'exact' });
  });

  it.each([
    [{ container: 'mp4', cutMode: 'keyframe', exact: { by: 'reencode' } }, 'output.exact'],
    [{ container: 'ts', exact: { by: 'reencode' } }, 'output.exact'],
    [{ container: 'ts', cutMode: 'exact', exact: { by: 'edit-list' } }, 'output.exact.by'],
    [{ container: 'image', exact: { by: 'reencode' } }, 'output.exact'],
    [{ container: 'mp4', pipeline: 'single-ffmpeg', exact: { by: 'reencode' } }, 'output.exact.by'],
    [{ container: 'mp4', exact: { by: 'magic' } }, 'output.exact.by'],
    [{ container: 'mp4', exact: {} }, 'output.exact.by'],
  ])('refuses the way of a cut that is none: %j', (fields, field) => {
    expect(refusalOf(withOutput(fields)).field).toBe(field);
  });

  it.each([
    ['output.container', 'avi'],
    ['output.container', undefined],
    ['output.extra', 1],
    ['output.overwrite', 'true'],
    ['output.destination', undefined],
    ['output.destination.bucket', '..'],
    ['output.destination.key', '/a'],
    ['output.destination.key', 'a/../b'],
    ['output.destination.key', 'a\u0000'],
    ['output.destination.key', 'x'.repeat(1_048_576)],
    ['output.destination.storeId', ''],
    ['output.imageSize', { width: 1, height: 1 }],
    ['output.clean', 'yes'],
    ['output.clean', true],
    ['output.clean', false],
    ['output.annotations', { project: '\u0000', description: '' }],
    ['edit.clips', []],
    ['edit.clips', {}],
    ['edit.clips.0.range', { kind: 'sometime' }],
    ['edit.clips.0.range.durationMs', 0],
    ['edit.clips.0.range.durationMs', 1e300],
    ['edit.clips.0.range.startEpochMs', 1.5],
    ['edit.clips.0.source.format', 'ismv'],
    ['edit.clips.0.source.format', 'file'],
    ['edit.clips.0.source.locations', []],
    ['edit.clips.0.source.locations.0.key', 'http://evil.example/x.m3u8'],
    ['edit.clips.0.source.endpoint', 'http://evil.example'],
    ['credentials', {}],
  ])('refuses %s = %j by its path', (path, value) => {
    const { field, message } = refusalOf(withChange(path, value));
    expect(field === path || field.startsWith(`${path}.`)).toBe(true);
    expect(message).toContain(field);
    expect(message.length).toBeLessThan(400);
  });

  const storyboardOf = (changes: Record<string, unknown>, key = 'a/b.jpg'): unknown => {
    const request = structuredClone(nativeRequestExample) as unknown as { output: Record<string, unknown> };
    const { destination } = nativeRequestExample.output;
    request.output = { container: 'storyboard', destination: { ...destination, key }, ...changes };
    return request;
  };

  it('has options for storyboards, each with a default', () => {
    expect(readNativeExport(storyboardOf({})).output.storyboard).toEqual({ columns: 10, tileWidth: 160 });
    const given = { columns: 5, tileWidth: 320, intervalMs: 2000 };
    expect(readNativeExport(storyboardOf({ storyboard: given })).output.storyboard).toEqual(given);
  });

  it.each([
    ['output.storyboard.tileCount', { storyboard: { intervalMs: 1000, tileCount: 10 } }],
    ['output.storyboard.tileCount', { storyboard: { tileCount: 501 } }],
    ['output.storyboard.tileWidth', { storyboard: { tileWidth: 161 } }],
    ['output.storyboard.tileWidth', { storyboard: { tileWidth: 2048 } }],
    ['output.storyboard.columns', { storyboard: { columns: 0 } }],
    ['output.storyboard.rows', { storyboard: { rows: 3 } }],
    ['output.storyboard', { container: 'image', storyboard: {} }],
    ['output.imageSize', { imageSize: { width: 1, height: 1 } }],
  ])('refuses %s in %j', (field, changes) => {
    expect(refusalOf(storyboardOf(changes)).field).toBe(field);
  });

  it.each(['a/b.vtt', 'a/b', 'a/.jpg', 'a/b.png'])(
    'refuses a storyboard at %s: its track could not lie beside it',
    (key) => {
      expect(refusalOf(storyboardOf({}, key)).field).toBe('output.destination.key');
    },
  );

  const asTs = (output: object): unknown => {
    const body = withChange('output.container', 'ts') as { output: object };
    return { ...body, output: { ...body.output, ...output } };
  };

  it.each([[true], [false]])('takes clean: %s of a ts', (clean) => {
    expect(readNativeExport(asTs({ clean })).output.clean).toBe(clean);
  });

  it.each([{ codec: { kind: 'transcode', profile: 'default' } }, { pipeline: 'single-ffmpeg' }])(
    'refuses to keep the bytes of a ts that is made with %j',
    (output) => {
      expect(refusalOf(asTs({ ...output, clean: false })).field).toBe('output.clean');
      expect(readNativeExport(asTs({ ...output, clean: true })).output.clean).toBe(true);
    },
  );

  it.each([[null], [[]], ['x'], [undefined]])('refuses the body %j', (body) => {
    expect(refusalOf(body).field).toBe('body');
  });
});
