import { describe, expect, it } from '@jest/globals';
import { JSDOM } from 'jsdom';
import { lineChart, niceMost } from './line-chart.js';

describe('niceMost', () => {
  it.each([
    [0, 4],
    [4, 4],
    [5, 8],
    [9, 12],
    [13, 20],
    [21, 40],
    [61, 80],
    [95, 120],
    [500, 600],
    [601, 800],
  ])('of %d is %d', (value, most) => {
    expect(niceMost(value)).toBe(most);
  });
});

describe('lineChart', () => {
  const svg = lineChart({
    title: 'a < b & c',
    xLabel: 's',
    panels: [
      {
        title: 'pods',
        lines: [
          { label: 'wanted', color: '#111111', isStepped: true, isDashed: true, points: [[0, 0], [2, 8], [4, 0]] }, // prettier-ignore
          { label: 'ready', color: '#222222', points: [[0, 0], [4, 4]] }, // prettier-ignore
        ],
      },
    ],
  });
  const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window;
  const path = (color: string): string =>
    document.querySelector(`path[fill="none"][stroke="${color}"]`)?.getAttribute('d') ?? '';

  it('is XML that holds its texts', () => {
    expect([...document.querySelectorAll('text')].map(({ textContent }) => textContent)).toContain('a < b & c');
    expect(document.documentElement.tagName).toBe('svg');
  });

  it('draws lines through their points, and steps that hold until the next one', () => {
    expect(path('#222222')).toBe('M56 218L840 148');
    expect(path('#111111')).toBe('M56 218H448V78H840V218');
    expect(document.querySelector('path[stroke="#111111"][fill="none"]')?.getAttribute('stroke-dasharray')).toBe('5 4');
  });
});
