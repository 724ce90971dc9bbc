import { describe, expect, it } from '@jest/globals';
import { Signal } from './signal.js';

const FOR_EVER_MS = 3_600_000;

describe('a signal', () => {
  it('wakes the one who waits', async () => {
    const signal = new Signal();
    const waiting = signal.wait(FOR_EVER_MS);
    signal.raise();
    await waiting;
  });

  it('raised before it is waited for lets through at once, until it is lowered', async () => {
    const signal = new Signal();
    signal.raise();
    await signal.wait(FOR_EVER_MS);
    signal.lower();
    let isThrough = false;
    const waiting = signal.wait(FOR_EVER_MS).then(() => (isThrough = true));
    await new Promise(setImmediate);
    expect(isThrough).toBe(false);
    signal.raise();
    await waiting;
  });

  it('is waited for no longer than said', () => new Signal().wait(1));
});
