import { describe, expect, it } from '@jest/globals';
import { ClipfleetError } from '../../errors.js';
import { storageEntries, toBase64 } from './examples.js';
import { readStorageInfo } from './storage-info.js';

const [ts, mp4, upload] = storageEntries;
const refusalOf = (text: string, isUriEncode = false): { field: string; message: string } => {
  try {
    readStorageInfo(text, isUriEncode);
  } catch (error) {
    if (!(error instanceof ClipfleetError)) throw error;
    return { field: error.details['field'] as string, message: error.message };
  }
  throw new Error('was not refused');
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('readStorageInfo', () => {
  it('reads the entries of the API document', () => {
    expect(readStorageInfo(toBase64(storageEntries), false)).toEqual([
      { index: 0, purpose: 'ts', type: 'S3', location: 'us-west-2', bucket: 'ch-or-001', rootFolder: '' },
      { index: 1, purpose: 'mp4', type: 'S3', location: 'us-west-2', bucket: 'ch-or-001', rootFolder: '' },
      {
        index: 2,
        purpose: 'upload',
        type: 'S3',
        location: 'us-east-1',
        bucket: 'pp-va-001',
        rootFolder: '13effbb0b4874ad98be66654b291149a/CHANNEL/VIDEO',
        pathId: '35f86d7cff0c427babd15fdfd860c007',
      },
    ]);
  });

  it.each([
    ['padded', (text: string) => text],
    ['not padded', (text: string) => text.replaceAll('=', '')],
    ['in the URL-safe alphabet', (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')],
  ])('accepts base64 %s', (_how, change) => {
    const entries = [{ ...ts, storage_root_folder: '频道?>~' }];
    expect(readStorageInfo(change(toBase64(entries)), false)[0].rootFolder).toBe('频道?>~');
  });

  it.each([
    ['the base64', encodeURIComponent(toBase64([{ ...ts, storage_root_folder: '频道' }]))],
    ['the JSON', base64(encodeURIComponent(JSON.stringify([{ ...ts, storage_root_folder: '频道' }])))],
    ['the values', toBase64([{ ...ts, storage_root_folder: encodeURIComponent('频道') }])],
    ['both', encodeURIComponent(base64(encodeURIComponent(JSON.stringify([{ ...ts, storage_root_folder: '频道' }]))))],
    ['nothing', toBase64([{ ...ts, storage_root_folder: '频道' }])],
  ])('with IsUriEncode undoes the URI encoding of %s', (_what, text) => {
    expect(readStorageInfo(text, true)[0].rootFolder).toBe('频道');
  });

  it('with IsUriEncode keeps a percent sign that encodes nothing', () => {
    expect(readStorageInfo(toBase64([{ ...ts, storage_root_folder: '100% live' }]), true)[0].rootFolder).toBe(
      '100% live',
    );
  });

  it('without IsUriEncode keeps percent signs', () => {
    expect(readStorageInfo(toBase64([{ ...ts, storage_root_folder: 'a%20b' }]), false)[0].rootFolder).toBe('a%20b');
  });

  it('ignores disabled entries, whatever is in them, and purposes it does not know', () => {
    const disabled = { ...upload, storage_enable: false, storage_name: '../' };
    const entries = readStorageInfo(toBase64([ts, disabled, { ...ts, storage_purpose: 'archive' }]), false);
    expect(entries.map((entry) => entry.index)).toEqual([0]);
  });

  it('takes an entry without storage_enable as enabled', () => {
    const { storage_enable: _enable, ...entry } = ts;
    expect(readStorageInfo(toBase64([entry]), false)).toHaveLength(1);
  });

  it.each([
    ['/a/b/', 'a/b'],
    ['//', ''],
    [null, ''],
  ])('trims slashes from the root folder %j', (folder, expected) => {
    expect(readStorageInfo(toBase64([{ ...ts, storage_root_folder: folder }]), false)[0].rootFolder).toBe(expected);
  });

  it.each([
    ['no base64', '{}', 'is not base64'],
    ['no base64, but percent signs', '%5B%5D', 'is not base64'],
    ['base64 with NUL', 'QUJD\u0000', 'is not base64'],
    ['base64 of no UTF-8', Buffer.from([0xff, 0xfe, 0x41]).toString('base64'), 'does not hold UTF-8'],
    ['base64 of no JSON', base64('hello'), 'does not hold JSON'],
    ['JSON that is no array', toBase64(ts), 'must be a JSON array'],
    ['null', base64('null'), 'must be a JSON array'],
    ['a text', base64('"[]"'), 'must be a JSON array'],
    ['too many entries', toBase64(Array.from({ length: 33 }, () => ts)), 'has more than 32 entries'],
  ])('refuses %s by name', (_what, text, words) => {
    expect(refusalOf(text)).toEqual({ field: 'storage_info', message: `storage_info ${words}${rest(words)}` });
  });

  it('refuses a broken URI encoding by name', () => {
    expect(refusalOf('%E4%zz', true).message).toContain('is not URI-encoded');
  });

  it.each([
    [{ storage_purpose: undefined }, 'storage_info[0].storage_purpose', 'is missing'],
    [{ storage_purpose: 7 }, 'storage_info[0].storage_purpose', 'must be a string'],
    [{ storage_type: undefined }, 'storage_info[0].storage_type', 'is missing'],
    [{ storage_type: 'GCS' }, 'storage_info[0].storage_type', 'must be one of S3, FILE'],
    [{ storage_type: {} }, 'storage_info[0].storage_type', 'must be a string, not an object'],
    [{ storage_enable: 'true' }, 'storage_info[0].storage_enable', 'must be true or false'],
    [{ storage_location: '' }, 'storage_info[0].storage_location', 'is missing'],
    [{ storage_location: 'a\u0000' }, 'storage_info[0].storage_location', 'contains a control character'],
    [{ storage_name: undefined }, 'storage_info[0].storage_name', 'is missing'],
    [{ storage_name: 'a/b' }, 'storage_info[0].storage_name', 'is not a bucket name'],
    [{ storage_name: '..' }, 'storage_info[0].storage_name', 'is not a bucket name'],
    [{ storage_root_folder: 'a/../b' }, 'storage_info[0].storage_root_folder', 'contains a dot segment'],
    [{ storage_root_folder: 'x'.repeat(1025) }, 'storage_info[0].storage_root_folder', 'is longer than 1024 bytes'],
    [{ storage_path_id: '../x' }, 'storage_info[0].storage_path_id', 'contains a dot segment'],
    [{ storage_path_id: 'a/b' }, 'storage_info[0].storage_path_id', 'contains a slash'],
    [{ storage_path_id: 1e300 }, 'storage_info[0].storage_path_id', 'must be a string, not a number'],
  ])('refuses %j as %s', (change, field, words) => {
    expect(refusalOf(toBase64([{ ...mp4, ...change }]))).toEqual({ field, message: expect.stringContaining(words) });
  });

  it('is not fooled by a prototype in the JSON', () => {
    const text = base64('[{"__proto__": {"storage_purpose": "upload"}}]');
    expect(refusalOf(text).field).toBe('storage_info[0].storage_purpose');
  });
});

/** The messages about base64's content end alike. */
const rest = (words: string): string =>
  words.startsWith('does not hold') || words.startsWith('must be a JSON') ? ' inside its base64' : '';
