/** The cluster's time, which runs `speed` times as fast as the machine's. */
export class SimClock {
  private readonly startedMs = performance.now();

  constructor(readonly speed: number) {}

  nowS(): number {
    return ((performance.now() - this.startedMs) / 1000) * this.speed;
  }

  /** How long so many seconds of the cluster take here. */
  realMs(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }
}
