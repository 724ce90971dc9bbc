import { describe, expect, it } from '@jest/globals';
import { ClipfleetError } from '../../errors.js';
import { mediaExample, storageEntries, thumbnailExample, toBase64 } from './examples.js';
import { type ExportApiFieldName, exportApiFields } from './fields.js';
import { nameFields, readFields } from './read-fields.js';
import { translateExport } from './translate.js';

/** The whole way of a body, as the controller goes it. */
const translate = (body: unknown) => {
  const { fields } = readFields(nameFields(body));
  return translateExport(fields, { tenantId: 't1', findStore: (driver) => (driver === 's3' ? 'main' : undefined) });
};

const refusalOf = (body: unknown): { field: string; message: string } => {
  try {
    translate(body);
  } catch (error) {
    if (!(error instanceof ClipfleetError)) throw error;
    expect(error.code).toBe('bad-parameter');
    return { field: error.details['field'] as string, message: error.message };
  }
  throw new Error('was not refused');
};

const media = (change: Record<string, unknown>): Record<string, unknown> => ({ ...mediaExample, ...change });
const thumbnail = (change: Record<string, unknown>): Record<string, unknown> => ({ ...thumbnailExample, ...change });
const names = Object.keys(exportApiFields) as ExportApiFieldName[];
const without = (body: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key.toLowerCase() !== name.toLowerCase()));
const withField = (name: string, value: unknown): Record<string, unknown> => ({
  ...without(media({}), name),
  [name]: value,
});

describe('a missing field', () => {
  const needed: Record<string, Record<string, unknown>> = {
    StartPos: media({}),
    Duration: media({}),
    HiResFilePath: media({}),
    media_type: media({}),
    FileName: media({}),
    storage_info: media({}),
    FetchMedia: media({}),
    StartTime: thumbnail({}),
  };

  it.each(Object.entries(needed))('%s is refused where it is needed, by name', (name, body) => {
    expect(refusalOf(without(body, name))).toEqual({ field: name, message: expect.stringContaining(name) });
    expect(refusalOf({ ...without(body, name), [name]: null }).field).toBe(name);
  });

  it.each(names.filter((name) => !(name in needed)))('%s is not needed for a clip', (name) => {
    expect(() => translate(without(media({}), name))).not.toThrow();
  });

  it.each(['StartPos', 'Duration', 'media_type', 'Offset'])('%s is not needed for a thumbnail', (name) => {
    expect(() => translate(without(thumbnail({}), name))).not.toThrow();
  });

  it('FetchThumb, missing from a thumbnail, is refused together with FetchMedia', () => {
    expect(refusalOf(without(thumbnail({}), 'FetchThumb')).message).toContain('FetchMedia or FetchThumb must be true');
  });

  it('LivePath, missing from a thumbnail, is refused together with HiResFilePath', () => {
    expect(refusalOf(without(thumbnail({}), 'LivePath')).message).toContain('HiResFilePath or LivePath is needed');
  });

  it.each(names.filter((name) => exportApiFields[name].type === 'string' && !(name in needed)))(
    '%s as an empty text counts as missing',
    (name) => {
      expect(translate(withField(name, '')).fingerprint).toBe(translate(without(media({}), name)).fingerprint);
    },
  );
});

describe('a wrong type', () => {
  const wrong: Record<string, unknown[]> = {
    integer: ['1673293611963', 'abc', true, {}, [], [1]],
    boolean: ['true', 'yes', 1, 0, {}, []],
    string: [1, true, {}, [], ['a']],
  };
  const cases = names.flatMap((name) =>
    wrong[exportApiFields[name].type].map((value) => [name, JSON.stringify(value), value] as const),
  );

  it.each(cases)('%s = %s is refused by name', (name, _shown, value) => {
    const refusal = refusalOf(withField(name, value));
    expect(refusal.field).toBe(name);
    expect(refusal.message).toMatch(new RegExp(`^${name} must be `));
  });
});

describe('a value out of range', () => {
  it.each([
    ['StartPos', -1],
    ['StartPos', 1.5],
    ['StartPos', 1e308],
    ['StartPos', 100_000_000_000_000],
    ['StartPos', 2 ** 53],
    ['Offset', -1e300],
    ['Offset', 0.1],
    ['Offset', 100_000_000_000_000],
    ['Duration', 0],
    ['Duration', -1000],
    ['Duration', 0.5],
    ['Duration', 100_000_000_001],
    ['Duration', 1e21],
    ['export_type', 1],
    ['export_type', 2],
    ['export_type', 5],
    ['export_type', -1],
    ['export_type', 3.5],
    ['media_type', 'avi'],
    ['media_type', 'TS '],
    ['StartTime', '46:13'],
    ['StartTime', '00:60:00'],
    ['StartTime', '00:00:61'],
    ['StartTime', '-0:00:01'],
    ['StartTime', '00:00:01.5'],
    ['FileName', 'a'.repeat(181)],
    ['FileName', '频'.repeat(61)],
    ['LivePath', 'a'.repeat(1025)],
    ['HiResFilePath', 'a'.repeat(1025)],
    ['project', 'a'.repeat(1025)],
    ['description', 'a'.repeat(65_537)],
    ['PeerId', 'a'.repeat(1025)],
    ['UserId', 'a'.repeat(1025)],
    ['SessionId', 'a'.repeat(1025)],
    ['ServiceCaller', 'a'.repeat(1025)],
    ['storage_info', 'A'.repeat(65_537)],
  ])('%s = %s is refused by name', (name, value) => {
    expect(refusalOf(withField(name, value)).field).toBe(name);
  });

  it.each([
    ['StartPos', 0],
    ['StartPos', 99_999_999_999_999],
    ['Offset', -1673293611963],
    ['Duration', 1],
    ['Duration', 100_000_000_000],
    ['StartTime', '00:00:00'],
    ['StartTime', '123:59:59'],
    ['FileName', 'a'.repeat(180)],
    ['HiResFilePath', 'a'.repeat(1024)],
    ['description', 'a'.repeat(65_536)],
  ])('%s = %s, just inside, is accepted', (name, value) => {
    expect(() => translate(withField(name, value))).not.toThrow();
  });

  it.each([-1673293611964, 99_999_999_999_999])(
    'StartPos + Offset beyond a bound (Offset %s) is refused as Offset',
    (Offset) => {
      expect(refusalOf(media({ Offset })).field).toBe('Offset');
    },
  );
});

describe('a contradiction', () => {
  it.each([
    ['FetchThumb', media({ FetchThumb: true, StartTime: '00:00:01' }), 'FetchMedia exclude each other'],
    ['FetchMedia', media({ FetchMedia: false }), 'FetchThumb must be true'],
    ['LivePath', media({ LivePath: 'a/live.mpd' }), 'HiResFilePath exclude each other'],
    ['media_type', media({ export_type: 3, media_type: 'ts' }), 'contradicts export_type 3'],
    ['media_type', media({ export_type: 4, media_type: 'mp4' }), 'contradicts export_type 4'],
    ['media_type', media({ media_type: 'm3u8' }), 'needs export_type 3 or 4'],
    ['export_type', thumbnail({ export_type: 3 }), 'contradicts FetchThumb'],
  ])('of %s is refused by name', (field, body, words) => {
    expect(refusalOf(body)).toEqual({ field, message: expect.stringContaining(words) });
  });

  it('comes with everything else that is wrong', () => {
    const { message } = refusalOf(without(media({ LivePath: 'a/live.mpd', media_type: 'm3u8' }), 'Duration'));
    for (const name of ['LivePath', 'Duration', 'media_type']) expect(message).toContain(name);
  });
});

describe('unknown and repeated fields', () => {
  it('are ignored and told, since real clients send more than the table has', () => {
    const { ignored } = readFields(nameFields(media({ Extra: 1, 'wéird\nname': {}, toString: 'x' })));
    expect(ignored).toEqual(['Extra', 'w?ird?name', 'toString']);
  });

  it('in other spellings are the same fields', () => {
    const upper = Object.fromEntries(Object.entries(mediaExample).map(([key, value]) => [key.toUpperCase(), value]));
    expect(translate(upper)).toEqual(translate(mediaExample));
  });

  it.each(names)('%s in two spellings is refused by name', (name) => {
    const body = { ...withField(name, mediaExample.StartPos), [name.toLowerCase()]: 1, [name.toUpperCase()]: 1 };
    expect(refusalOf(body)).toEqual({ field: name, message: expect.stringContaining('given twice') });
  });
});

describe('a hostile value', () => {
  const paths = ['LivePath', 'HiResFilePath', 'FileName'] as const;
  const lines = [...paths, 'PeerId', 'UserId', 'SessionId', 'ServiceCaller'] as const;
  const texts = names.filter((name) => exportApiFields[name].type === 'string');

  it.each(
    paths.flatMap((name) =>
      ['..', '../x', 'a/../b', 'a/..', './a', '..\\x', '%2e%2e/x', '.%2E/x'].map((v) => [name, v]),
    ),
  )('%s = %s is refused by name', (name, value) => {
    expect(refusalOf(withField(name, value)).field).toBe(name);
  });

  it.each(
    paths.flatMap((name) => ['http://evil.example/x', 'file:///etc/passwd', 'S3://bucket/key'].map((v) => [name, v])),
  )('%s = %s is refused by name', (name, value) => {
    expect(refusalOf(withField(name, value)).field).toBe(name);
  });

  it.each(
    lines.flatMap((name) =>
      ['\u0000', 'a\u0000b', 'a\nb', '\u007f', '\ud800'].map((v) => [name, JSON.stringify(v), v]),
    ),
  )('%s = %s is refused by name', (name, _shown, value) => {
    expect(refusalOf(withField(name, value)).field).toBe(name);
  });

  it.each(['project', 'description'])('%s with NUL is refused, with other control characters kept', (name) => {
    expect(refusalOf(withField(name, 'a\u0000')).field).toBe(name);
    expect(() => translate(withField(name, 'a\n\tb'))).not.toThrow();
  });

  it.each(texts)('%s of 1 MB is refused by name, without being told back', (name) => {
    const { field, message } = refusalOf(withField(name, 'x'.repeat(1_048_576)));
    expect(field).toBe(name);
    expect(message.length).toBeLessThan(200);
  });

  it.each(['FileName', 'LivePath', 'HiResFilePath'])('%s of slashes alone names nothing', (name) => {
    const body = name === 'LivePath' ? without(withField(name, '//'), 'HiResFilePath') : withField(name, '//');
    expect(refusalOf(body).field).toBe(name);
  });

  it.each(['__proto__', 'constructor', 'prototype', '__PROTO__'])('the key %s is refused', (key) => {
    const body = JSON.parse(`{"${key}": {"FetchMedia": true}, "FileName": "x"}`) as unknown;
    expect(refusalOf(body)).toEqual({ field: key, message: `${key} is not a field` });
    expect(({} as Record<string, unknown>)['FetchMedia']).toBeUndefined();
  });

  it.each([[null], [[]], ['text'], [1], [true], [undefined]])('the body %j is refused', (body) => {
    expect(refusalOf(body)).toEqual({ field: 'body', message: 'body must be a JSON object' });
  });

  it('a file name of dots inside is a file name', () => {
    expect(translate(media({ FileName: 'a..b' })).output.destination.key).toMatch(/\/a\.\.b\.ts$/);
  });
});

describe('the session', () => {
  it('is in nothing that is kept', () => {
    expect(JSON.stringify(translate(mediaExample))).not.toContain(mediaExample.SessionId);
  });

  it('and callers do not make another job', () => {
    const other = media({ SessionId: 'x', userid: 'b@example.com', ServiceCaller: 'y', PeerId: 'p' });
    expect(translate(other).fingerprint).toBe(translate(mediaExample).fingerprint);
  });
});

describe('several problems', () => {
  it('of storage entries are all told with their index', () => {
    const entries = [{ ...storageEntries[0], storage_name: '../x' }, 7, { ...storageEntries[2], storage_type: 'GCS' }];
    const { message } = refusalOf(media({ storage_info: toBase64(entries) }));
    expect(message).toContain('storage_info[0].storage_name is not a bucket name');
    expect(message).toContain('storage_info[1] must be a JSON object');
    expect(message).toContain('storage_info[2].storage_type must be one of S3, FILE');
  });
});
