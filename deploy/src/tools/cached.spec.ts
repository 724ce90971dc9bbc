import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached } from './cached.js';

describe('what is kept in the cache folder', () => {
  const before = process.env['XDG_CACHE_HOME'];
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'clipfleet-cache-'));
    process.env['XDG_CACHE_HOME'] = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
    rmSync(home, { recursive: true });
  });
  /** A folder with one file. */
  const making = (content: string) => (folder: string) => {
    const made = path.join(folder, 'made');
    mkdirSync(made);
    writeFileSync(path.join(made, 'file'), content);
    return made;
  };
  const contentOf = (kept: string): string => readFileSync(path.join(kept, 'file'), 'utf8');

  it('is made once, and nothing else is left', () => {
    expect(contentOf(cached('tool', making('first')))).toBe('first');
    expect(contentOf(cached('tool', making('second')))).toBe('first');
    expect(readdirSync(path.join(home, 'clipfleet'))).toEqual(['tool']);
  });

  it('is what another process has made meanwhile', () => {
    const kept = cached('tool', (folder) => {
      cached('tool', making('the other'));
      return making('ours')(folder);
    });
    expect(contentOf(kept)).toBe('the other');
    expect(readdirSync(path.join(home, 'clipfleet'))).toEqual(['tool']);
  });

  it('is nothing when it cannot be made', () => {
    const failing = () => {
      throw new Error('no network');
    };
    expect(() => cached('tool', failing)).toThrow('no network');
    expect(readdirSync(path.join(home, 'clipfleet'))).toEqual([]);
  });
});
