import { describe, expect, it } from '@jest/globals';
import { tileSizeOf } from './tile-size.js';

const picture = { width: 1920, height: 1080, sarWidth: 1, sarHeight: 1, interlaced: false };

describe('a tile', () => {
  it.each([
    ['16:9', {}, 90],
    ['4:3', { width: 640, height: 480 }, 120],
    ['anamorphic 16:9', { width: 720, height: 576, sarWidth: 64, sarHeight: 45 }, 90],
    ['upright', { width: 1080, height: 1920 }, 284],
    ['a tower, which is made lower', { width: 16, height: 4096 }, 320],
    ['a line', { width: 4096, height: 2 }, 2],
  ])('has the height of the picture’s shape: %s', (_name, changes, height) => {
    expect(tileSizeOf(160, { ...picture, ...changes })).toEqual({ width: 160, height });
  });
});
