import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { committedCopies } from './committed-copies.js';

const root = new URL('../../../', import.meta.url);
const copies = Object.entries(committedCopies());

describe('the committed copy', () => {
  it.each(copies)('%s equals what the code says; `npm run generate` writes it anew', (path, text) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
  });

  it('of every schema belongs to a message', () => {
    const committed = readdirSync(new URL('libs/contracts/schemas/', root)).map(
      (file) => `libs/contracts/schemas/${file}`,
    );
    const made = copies.map(([path]) => path).filter((path) => path.startsWith('libs/contracts/schemas/'));
    expect(new Set(committed)).toEqual(new Set(made));
  });
});
