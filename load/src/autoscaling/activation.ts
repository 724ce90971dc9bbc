import type { ScalingSpec } from '@clipfleet/deploy';
import { fallbackReplicas } from './fallback.js';

/** A trigger at one poll: its value, or undefined where its source did not answer. */
export interface TriggerPoll {
  value: number | undefined;
  activation: number;
}

/** KEDA's own part, at each poll: from none to one, from any number to none, and never below the least. */
export class Activation {
  private lastActiveS: number | undefined;

  constructor(private readonly spec: ScalingSpec) {}

  poll(nowS: number, current: number, polls: readonly TriggerPoll[]): number {
    const { minReplicas, fallback } = this.spec;
    if (polls.some(({ value, activation }) => value !== undefined && value > activation)) {
      this.lastActiveS = nowS;
      return current === 0 ? Math.max(1, minReplicas) : current;
    }
    const isAnyUnanswered = polls.some(({ value }) => value === undefined);
    // without a fallback as with it: who does not know keeps what there is
    if (isAnyUnanswered) return fallback && fallback.replicas > 0 ? fallbackReplicas(fallback, current) : current;
    if (minReplicas === 0) return this.isCooledDown(nowS) ? 0 : current;
    return Math.max(current, minReplicas);
  }

  private isCooledDown(nowS: number): boolean {
    return this.lastActiveS === undefined || this.lastActiveS + this.spec.cooldownS < nowS;
  }
}
