import { type AppOptions, type RunningApp, startApp } from '@clipfleet/local-stack';
import type { Node } from './node.js';

/** `pending`: the node is full. `starting`: not ready yet. `ended`: gone. */
export type PodPhase = 'pending' | 'starting' | 'ready' | 'terminating' | 'ended';

/** One real process of an app, with the life that Kubernetes gives a pod. */
export class Pod {
  phase: PodPhase = 'pending';
  /** What should not have happened to it. */
  readonly faults: string[] = [];
  readonly ended: Promise<void>;
  private app: RunningApp | undefined;
  private isUnwanted = false;

  constructor(
    readonly options: AppOptions,
    private readonly node: Node,
  ) {
    this.ended = this.live();
  }

  /** SIGTERM now, SIGKILL after its grace; one that has not begun does not begin. {@link ended} tells when it has. */
  terminate(): void {
    this.isUnwanted = true;
    if (this.phase === 'pending') this.phase = 'ended';
    else if (this.phase !== 'ended') this.phase = 'terminating';
    this.app?.stop().catch((error: unknown) => this.faults.push(`did not end: ${String(error)}`));
  }

  private async live(): Promise<void> {
    const release = await this.node.admit();
    try {
      while (!this.isUnwanted) await this.run();
    } finally {
      this.phase = 'ended';
      release();
    }
  }

  /** One process from its start to its end; the kubelet starts another one if it ends by itself. */
  private async run(): Promise<void> {
    this.phase = 'starting';
    try {
      this.app = await startApp(this.options);
    } catch (error) {
      this.faults.push(`did not start: ${error instanceof Error ? error.message : String(error)}`);
      this.isUnwanted = true;
      return;
    }
    if (this.isUnwanted) await this.app.stop();
    else this.phase = 'ready';
    const { signal, exitCode } = await this.app.process().exited;
    if (signal === 'SIGKILL') this.faults.push('was killed');
    else if (!this.isUnwanted) this.faults.push(`ended by itself: ${signal ?? exitCode}`);
  }
}
