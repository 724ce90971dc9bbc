import { describe, expect, it } from '@jest/globals';
import type { Edit, Output } from '@clipfleet/timeline';
import * as fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { fingerprintOf, pathIdOf } from './fingerprint.js';

const location = { storeId: 'main', bucket: 'recordings', key: 'a/play.m3u8' };
const edit: Edit = {
  clips: [
    { source: { format: 'hls', locations: [location] }, range: { kind: 'from-start', startMs: 0, durationMs: 1000 } },
  ],
};
const output: Output = {
  container: 'mp4',
  cutMode: 'exact',
  codec: { kind: 'copy' },
  destination: { storeId: 'main', bucket: 'clips', key: 'x.mp4' },
  overwrite: false,
  storeCopy: true,
  pipeline: 'auto',
  gapPolicy: 'fail',
  annotations: { project: '', description: '' },
};
const job = { tenantId: 't1', edit, output };

describe('canonicalJson', () => {
  it('gives one text for one value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });

  it('leaves absent members out', () => {
    expect(canonicalJson({ b: undefined, a: [1, { d: null }] })).toBe('{"a":[1,{"d":null}]}');
  });
});

describe('fingerprintOf', () => {
  it('does not change between releases: a repeated request finds a job of the release before', () => {
    expect(fingerprintOf(job)).toBe('978109aafd4a977c905fe15b87ec1ed9e6d2a61460d3d5663b154c11ef36efa8');
  });

  it.each([
    ['tenant', { ...job, tenantId: 't2' }],
    ['range', { ...job, edit: { clips: [{ ...edit.clips[0], range: { kind: 'whole' as const } }] } }],
    ['destination', { ...job, output: { ...output, destination: { ...output.destination, key: 'y.mp4' } } }],
    ['overwrite', { ...job, output: { ...output, overwrite: true } }],
    ['how long the output stays', { ...job, output: { ...output, expiresInMs: 60_000 } }],
  ])('differs by %s', (_what, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(job));
  });
});

describe('pathIdOf', () => {
  it('is 32 hex digits', () => {
    expect(pathIdOf(job)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is the same for another way to make the same content, and with is_cover', () => {
    const other = {
      ...job,
      output: { ...output, overwrite: true, storeCopy: false, pipeline: 'single-ffmpeg' as const, expiresInMs: 60_000 },
    };
    expect(pathIdOf(other)).toBe(pathIdOf(job));
  });

  it('differs by what the output will hold', () => {
    expect(pathIdOf({ ...job, output: { ...output, container: 'mov' } })).not.toBe(pathIdOf(job));
  });
});
