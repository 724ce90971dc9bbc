import { describe, expect, it } from '@jest/globals';
import { Activation, type TriggerPoll } from './activation.js';
import { poolSpec } from './spec.fixture.js';

const idle: TriggerPoll = { value: 0, activation: 0 };
const active: TriggerPoll = { value: 1, activation: 0 };
const silent: TriggerPoll = { value: undefined, activation: 0 };

describe('Activation', () => {
  it.each([
    ['one pod for one message', {}, 0, [active, idle], 1],
    ['one pod although a source is silent', {}, 0, [silent, active], 1],
    ['the least for one message', { minReplicas: 2 }, 0, [active], 2],
    ['what there is while there is work', {}, 7, [active, idle], 7],
    ['none below the threshold of activation', {}, 0, [{ value: 5, activation: 5 }], 0],
    ['one above it', {}, 0, [{ value: 6, activation: 5 }], 1],
    ['the least at rest', { minReplicas: 2 }, 0, [idle], 2],
    ['no more than there is at rest', { minReplicas: 2 }, 5, [idle], 5],
    ['the fallback when nobody knows whether there is work', {}, 0, [silent, idle], 2],
    ['what there is when that is more than the fallback', {}, 9, [silent, silent], 9],
    ['what there is when there is no fallback', { fallback: undefined }, 1, [silent], 1],
    ['none, if it was never active', {}, 3, [idle], 0],
  ])('makes %s', (_, changes, current, polls, replicas) => {
    expect(new Activation(poolSpec(changes)).poll(0, current, polls)).toBe(replicas);
  });

  it('goes to none when more than the cooldown has passed since there was work, from any number', () => {
    const activation = new Activation(poolSpec());
    expect(activation.poll(100, 4, [active])).toBe(4);
    expect(activation.poll(400, 4, [idle])).toBe(4);
    expect(activation.poll(401, 4, [idle])).toBe(0);
  });

  it('begins the cooldown anew with each poll that finds work', () => {
    const activation = new Activation(poolSpec());
    activation.poll(0, 1, [active]);
    activation.poll(290, 1, [active]);
    expect(activation.poll(580, 1, [idle])).toBe(1);
  });
});
