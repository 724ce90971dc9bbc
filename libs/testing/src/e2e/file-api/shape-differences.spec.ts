import { describe, expect, it } from '@jest/globals';
import { documented, documentedEndpoints } from './documented-endpoints.fixture.js';
import { shapeDifferences } from './shape-differences.fixture.js';

const rules = { types: new Map([['size', 'Integer']]), more: new Set(['extra']), free: new Set(['metadata']) };
const example = {
  size: 1,
  list: [
    { type: 'a', x: 1 },
    { type: 'b', y: '' },
  ],
  metadata: { k: '' },
  mime: null,
};

describe('shapeDifferences', () => {
  it.each<[unknown, string[]]>([
    [{ ...example, size: 2, extra: 1, metadata: { other: '' } }, []],
    [{ ...example, list: [{ type: 'b', y: 'z' }] }, []],
    [{ ...example, size: 1.5 }, ['.size is no whole number']],
    [{ ...example, size: '1' }, ['.size is string, not number']],
    [{ ...example, mime: 'x' }, ['.mime is string, not null']],
    [{ ...example, list: [] }, ['.list is empty']],
    [{ ...example, list: [{ type: 'b', x: 1 }] }, ['.list.0.y is missing', '.list.0.x is not documented']],
    [{ ...example, metadata: { k: 1 } }, ['.metadata.k is no text']],
    [{ ...example, more: 1 }, ['.more is not documented']],
    [null, ['the answer is null, not object']],
  ])('%j', (answer, differences) => {
    expect(shapeDifferences(example, answer, rules)).toEqual(differences);
  });
});

describe('the documentation', () => {
  it('is read whole', () => {
    expect(documentedEndpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /oserve/v2.2/file/:file_id/',
      'GET /oserve/v2.2/file/',
      'DELETE /oserve/v2.2/file/:file_id/',
      'DELETE /oserve/v2.2/file/?id__in=:file1_id,:file2_id',
      'POST /oserve/v1/media/video-snapshot/',
      'POST /oserve/v1/media/m3u8-concat/',
      'POST /oserve/v1/media/video-clip/',
      'POST /oserve/v1/media/m3u8-meta/',
      'POST /oserve/v1/media/audio-video-meta/',
    ]);
    const { example, returned, statuses } = documented('视频截图');
    expect(example).toMatchObject({ status: 'success', size: 1_122_460, categories: [{ parent: null }] });
    expect(returned.get('created_at')).toBe('Integer');
    expect(statuses).toEqual([200, 400, 404]);
  });
});
