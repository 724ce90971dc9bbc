import { liveSubject, type TaskProgress } from '@clipfleet/contracts';

const INTERVAL_MS = 500;

interface Track {
  /** Waiting to be sent; undefined: the last one is out. */
  next?: TaskProgress;
  timer: NodeJS.Timeout;
}

/** Plain NATS, at most two a second for each task. The last value is always sent. */
export class ProgressPublisher {
  private readonly tracks = new Map<string, Track>();

  constructor(private readonly send: (subject: string, data: string) => void) {}

  report(progress: TaskProgress): void {
    const key = `${progress.exportId}:${progress.generation}:${progress.taskIndex}`;
    const track = this.tracks.get(key);
    if (track) {
      track.next = progress;
      return;
    }
    this.publish(progress);
    this.tracks.set(key, { timer: setInterval(() => this.tick(key), INTERVAL_MS).unref() });
  }

  /** Sends what still waits. */
  close(): void {
    for (const key of [...this.tracks.keys()]) {
      this.tick(key);
      this.forget(key);
    }
  }

  private tick(key: string): void {
    const track = this.tracks.get(key);
    if (!track) return;
    if (!track.next) return this.forget(key);
    this.publish(track.next);
    track.next = undefined;
  }

  private forget(key: string): void {
    clearInterval(this.tracks.get(key)?.timer);
    this.tracks.delete(key);
  }

  private publish(progress: TaskProgress): void {
    this.send(liveSubject.progress, JSON.stringify(progress));
  }
}
