import type { AppOptions } from '@clipfleet/local-stack';
import type { Node } from './node.js';
import { Pod, type PodPhase } from './pod.js';

/** Who goes first: what does no work yet, then the youngest, as a ReplicaSet chooses. */
const DELETION_ORDER: readonly PodPhase[] = ['pending', 'starting', 'ready'];

export interface PodCounts {
  wanted: number;
  ready: number;
  pending: number;
  terminating: number;
}

/** As many processes of an app as somebody wants. */
export class Deployment {
  wanted = 0;
  readonly faults: string[] = [];
  private pods: Pod[] = [];
  private started = 0;

  constructor(
    readonly name: string,
    private readonly template: AppOptions,
    private readonly node: Node,
  ) {}

  scaleTo(count: number): void {
    this.wanted = count;
    const alive = this.pods.filter(({ phase }) => DELETION_ORDER.includes(phase));
    for (let n = alive.length; n < count; n++) this.add();
    const youngestFirst = alive.toReversed();
    const leaving = youngestFirst.toSorted((a, b) => DELETION_ORDER.indexOf(a.phase) - DELETION_ORDER.indexOf(b.phase));
    for (const pod of leaving.slice(0, Math.max(0, alive.length - count))) pod.terminate();
  }

  counts(): PodCounts {
    const count = (phase: PodPhase): number => this.pods.filter((pod) => pod.phase === phase).length;
    return {
      wanted: this.wanted,
      ready: count('ready'),
      pending: count('pending'),
      terminating: count('terminating'),
    };
  }

  /** To none, and until all have ended. */
  async stop(): Promise<void> {
    this.scaleTo(0);
    await Promise.all(this.pods.map(({ ended }) => ended));
  }

  private add(): void {
    const pod = new Pod({ ...this.template, name: `${this.name}-${++this.started}` }, this.node);
    this.pods.push(pod);
    void this.follow(pod);
  }

  private async follow(pod: Pod): Promise<void> {
    await pod.ended;
    this.pods = this.pods.filter((other) => other !== pod);
    this.faults.push(...pod.faults.map((fault) => `${pod.options.name} ${fault}`));
  }
}
