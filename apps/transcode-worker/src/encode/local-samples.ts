import { createReadStream } from 'node:fs';
import { type DemuxedSample, type SampleSink, type TrackConfig, TsDemuxer } from '@clipfleet/mpegts';
import type { TimedSample } from './kept-sound.js';

/** The samples of a transport stream that ffmpeg wrote, as they come, with the configuration each was coded with. */
export async function* localSamples(path: string): AsyncGenerator<TimedSample> {
  const sink = new SampleQueue();
  const demuxer = new TsDemuxer({ sink });
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    demuxer.push(chunk);
    yield* sink.take();
  }
  demuxer.flush();
  yield* sink.take();
}

class SampleQueue implements SampleSink {
  private readonly configs = new Map<number, TrackConfig>();
  private queue: TimedSample[] = [];

  config(config: TrackConfig): void {
    this.configs.set(config.pid, config);
  }

  sample(sample: DemuxedSample): void {
    this.queue.push({ sample, config: this.configs.get(sample.pid) });
  }

  take(): TimedSample[] {
    const { queue } = this;
    this.queue = [];
    return queue;
  }
}
