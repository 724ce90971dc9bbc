import { Inject, Injectable } from '@nestjs/common';
import { type MediaReport, oneFieldError } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores, sourceFailure } from '@clipfleet/object-store';
import { segmentEndTicks, TICKS_PER_MS } from '@clipfleet/timeline';
import { RecordingReader } from '../media/recording-reader.js';
import { MediaProbe } from './media-probe.js';

/** As ffprobe calls playlists. */
const HLS = { format: 'hls', formatName: 'Apple HTTP Live Streaming' };

/** What is in a recording: the streams of its first segment that is there, as long as the playlist. */
@Injectable()
export class RecordingProbe {
  constructor(
    @Inject(RecordingReader) private readonly recordings: RecordingReader,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(MediaProbe) private readonly probe: MediaProbe,
  ) {}

  /** Throws as RecordingReader and MediaProbe do. */
  async of(tenant: Tenant, file: FileRecord): Promise<MediaReport> {
    const { segments } = (await this.recordings.read(tenant, file.id, 'source')).timeline;
    const first = segments.find(({ gap }) => !gap);
    if (!first) throw oneFieldError('source', 'is a playlist that names no media');
    if (first.cipher) throw oneFieldError('source', 'is a playlist of encrypted segments, which are not looked into');
    const at = { ...file.at, key: first.key };
    const object = await this.stores
      .get(at.storeId)
      .head(at)
      .catch((error: unknown) => {
        throw sourceFailure(error);
      });
    if (!object) throw oneFieldError('source', `names ${first.key}, which is not there`);
    const { streams } = await this.probe.probe({ at, sizeBytes: object.sizeBytes });
    const durationUs = Math.round((segmentEndTicks(segments.at(-1)!) * 1000) / TICKS_PER_MS);
    return { ...HLS, durationUs, streams: streams.map((stream) => ({ ...stream, durationUs })) };
  }
}
