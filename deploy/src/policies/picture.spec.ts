import { describe, expect, it } from '@jest/globals';
import { edgesOfPicture } from './picture.js';
import { quantityOf } from './quantity.js';

describe('the picture of ARCHITECTURE.md', () => {
  it('is read as who connects to whom', () => {
    const text = [
      '```mermaid',
      'flowchart LR',
      '  client([clients]) -->|HTTP| gateway',
      '  gateway <-->|SQL| pg[(Postgres: the ledger)]',
      '  nats{{NATS JetStream}} <--> planner',
      '  segment-worker -->|copy inside the store, parts| stores[(object stores)]',
      '```',
    ].join('\n');
    expect(edgesOfPicture(text)).toEqual([
      { from: 'clients', to: 'gateway' },
      { from: 'gateway', to: 'ledger' },
      { from: 'planner', to: 'nats' },
      { from: 'segment-worker', to: 'stores' },
    ]);
  });

  it('must be there', () => {
    expect(() => edgesOfPicture('# Architecture')).toThrow(/no flowchart/);
  });
});

describe('a quantity of Kubernetes', () => {
  it.each([
    ['2', 2],
    ['500m', 0.5],
    ['1k', 1000],
    ['512Mi', 536_870_912],
    ['1.5Gi', 1_610_612_736],
    [4, 4],
  ])('%s is %d', (text, number) => {
    expect(quantityOf(text)).toBe(number);
  });

  it.each([undefined, '', '4Gigs', 'Gi', '-1'])('%s is none', (text) => {
    expect(quantityOf(text)).toBeUndefined();
  });
});
