import { describe, expect, it } from '@jest/globals';
import { hex, hexOf, written } from '../testing/box-bytes.js';
import { readVisualEntry, writeVisualEntry } from './visual-entry.js';

describe('visual sample entry', () => {
  it('has 78 bytes of fields before its boxes', () => {
    const bytes = hexOf((w) => writeVisualEntry(w, { type: 'avc1', width: 320, height: 180 }, () => undefined));
    expect(bytes).toBe(
      hex(`00000056 61766331 000000000000 0001 ${'00'.repeat(16)} 0140 00b4 00480000 00480000 00000000 0001
        ${'00'.repeat(32)} 0018 ffff`),
    );
  });

  it('reads size and boxes back', () => {
    const box = written((w) => {
      writeVisualEntry(w, { type: 'hvc1', width: 1920, height: 1080 }, () => w.box('hvcC', () => w.u8(1)));
    });
    const entry = readVisualEntry(box);
    expect(entry).toMatchObject({ type: 'hvc1', width: 1920, height: 1080 });
    expect(entry.children.map((child) => child.path)).toEqual(['hvc1/hvcC']);
  });
});
