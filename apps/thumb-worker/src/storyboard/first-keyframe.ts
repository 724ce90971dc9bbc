import {
  type DemuxedSample,
  type SampleSink,
  TsDemuxer,
  type VideoSample,
  type VideoTrackConfig,
} from '@clipfleet/mpegts';
import type { TrackConfig } from '@clipfleet/mpegts';
import type { Piece } from '@clipfleet/timeline';

export interface Keyframe {
  sample: VideoSample;
  config: VideoTrackConfig;
}

/** The first picture of the pieces that can be decoded without those before it; nothing behind it is read. */
export const firstKeyframe = async (
  pieces: readonly Piece[],
  read: (piece: Piece) => AsyncIterable<Uint8Array>,
): Promise<Keyframe | undefined> => {
  const finder = new KeyframeFinder();
  for (const piece of pieces) {
    finder.demuxer.startSegment();
    for await (const chunk of read(piece)) {
      finder.demuxer.push(chunk);
      if (finder.found) return finder.found;
    }
  }
  finder.demuxer.flush();
  return finder.found;
};

class KeyframeFinder implements SampleSink {
  readonly demuxer = new TsDemuxer({ sink: this });
  found: Keyframe | undefined;
  private readonly configs = new Map<number, VideoTrackConfig>();

  config(config: TrackConfig): void {
    if (config.kind === 'video') this.configs.set(config.pid, config);
  }

  sample(sample: DemuxedSample): void {
    if (this.found || sample.kind !== 'video' || !sample.keyframe) return;
    const config = this.configs.get(sample.pid);
    if (config) this.found = { sample, config };
  }
}
