import { Inject, Injectable } from '@nestjs/common';
import { type PlaylistMetaAnswer, readFileId } from '@clipfleet/contracts';
import type { Tenant } from '@clipfleet/ledger';
import { segmentEndTicks, TICKS_PER_SECOND } from '@clipfleet/timeline';
import { RecordingReader } from './recording-reader.js';

/** How long a playlist is, and where its segments end. */
@Injectable()
export class PlaylistMeta {
  constructor(@Inject(RecordingReader) private readonly recordings: RecordingReader) {}

  /** Throws `bad-parameter`, `not-found`, `forbidden`. */
  async of(tenant: Tenant, body: Record<string, unknown>): Promise<PlaylistMetaAnswer> {
    const { timeline } = await this.recordings.read(tenant, readFileId(body['m3u8'], 'm3u8'), 'm3u8');
    const points = timeline.segments.map((segment) => toSeconds(segmentEndTicks(segment)));
    return { status_code: 200, message: 'ok', meta: { duration: points.at(-1)!, points } };
  }
}

/** With as many decimals as it takes to be the same tick again. */
const toSeconds = (ticks: number): number => Number((ticks / TICKS_PER_SECOND).toFixed(6));
