import { ENDED_BUCKET, exportEnded } from '@clipfleet/contracts';
import type { Logger } from '@clipfleet/platform';
import type { JetStreamClient } from '@nats-io/jetstream';
import { Kvm, type KvWatchEntry } from '@nats-io/kv';
import { LRUCache } from 'lru-cache';
import { setTimeout as delay } from 'node:timers/promises';

export type EndedListener = (exportId: string, generation: number) => void;
interface Watch extends AsyncIterable<KvWatchEntry> {
  stop(): void;
}

const entry = exportEnded.pick({ generation: true });
/**
 * As long as the bucket keeps them. Dropping one costs a worker some void work, nothing else. Counted by size, as the room for a
 * number of entries (`max`) is taken at once: 9 MB of every process, before anything has ended.
 */
const memory = { maxSize: 200_000, sizeCalculation: () => 1, ttl: 24 * 3_600_000 };
const LOAD_TIMEOUT_MS = 5_000;
const RETRY_MS = 500;

/** The exports that have ended, as the gateway writes them into the bucket; followed live, reloaded after a reconnect. */
export class EndedExports {
  private readonly generations = new LRUCache<string, number>(memory);
  private readonly listeners = new Set<EndedListener>();
  private watch?: Watch;
  private stopped = false;
  private started = false;

  constructor(
    private readonly js: JetStreamClient,
    private readonly logger: Logger,
  ) {}

  /** Resolves when what the bucket holds is known. */
  async start(): Promise<void> {
    this.started = true;
    await this.follow();
  }

  isEnded(exportId: string, generation: number): boolean {
    return generation <= (this.generations.get(exportId) ?? 0);
  }

  onEnded(listener: EndedListener): void {
    this.listeners.add(listener);
  }

  /** The server may have lost the watch: begin a new one. Entries seen before are harmless. */
  async resume(): Promise<void> {
    if (!this.started) return;
    this.watch?.stop();
    while (!this.stopped) {
      try {
        return await this.follow();
      } catch (error) {
        this.logger.warn({ err: error }, 'the bucket of ended exports cannot be watched yet');
        await delay(RETRY_MS);
      }
    }
  }

  stop(): void {
    this.stopped = true;
    this.watch?.stop();
  }

  private async follow(): Promise<void> {
    const kv = await new Kvm(this.js).open(ENDED_BUCKET);
    const { values } = await kv.status();
    const watch = await kv.watch();
    if (this.stopped) return watch.stop();
    this.watch = watch;
    let loaded: () => void;
    const load = new Promise<void>((resolve) => (loaded = resolve));
    if (values === 0) loaded!();
    void this.read(watch, values, loaded!);
    // entries may expire while they are counted: then the time decides
    const timeout = new AbortController();
    await Promise.race([load, delay(LOAD_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    timeout.abort();
  }

  private async read(watch: Watch, valueCount: number, loaded: () => void): Promise<void> {
    let seen = 0;
    try {
      for await (const one of watch) {
        this.take(one);
        if (++seen >= valueCount) loaded();
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'the watch of ended exports broke');
      if (watch === this.watch) void this.resume();
    }
  }

  private take(one: KvWatchEntry): void {
    if (one.operation !== 'PUT') return;
    let generation: number;
    try {
      generation = entry.parse(one.json()).generation;
    } catch (error) {
      this.logger.error({ err: error, exportId: one.key }, 'an entry of the bucket of ended exports is not understood');
      return;
    }
    this.generations.set(one.key, generation);
    for (const listener of this.listeners) listener(one.key, generation);
  }
}
