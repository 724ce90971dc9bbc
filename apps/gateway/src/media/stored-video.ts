import { Inject, Injectable } from '@nestjs/common';
import { type MediaReport, oneFieldError } from '@clipfleet/contracts';
import type { FileRecord } from '@clipfleet/ledger';
import type { Clip } from '@clipfleet/timeline';
import { mediaTypeOf } from '../files/sniff-content.js';
import { MediaProbe } from '../probe/media-probe.js';

/** A stored file that is a video by itself: mp4, mov, ts and what else workers can read. */
@Injectable()
export class StoredVideo {
  constructor(@Inject(MediaProbe) private readonly probe: MediaProbe) {}

  /** How long it is. Throws `bad-parameter` for what is no video that can be shown, and as MediaProbe does. */
  async durationUs(file: FileRecord): Promise<number> {
    if (mediaTypeOf(file.mimeType ?? '') === 'image') throw oneFieldError('source', 'is an image, not a video');
    const media = await this.probe.probe(file);
    const problem = problemOf(media);
    if (problem !== undefined) throw oneFieldError('source', problem);
    return media.durationUs!;
  }
}

const problemOf = ({ streams, encrypted, durationUs }: MediaReport): string | undefined => {
  if (!streams.some(({ video }) => video && !video.attached)) return 'has no video';
  if (encrypted) return 'is encrypted, and cannot be looked into';
  if (!durationUs) return 'does not tell how long it is';
  return undefined;
};

/** One instant of it, as a clip of an edit. */
export const instantOf = ({ at }: FileRecord, startMs: number): Clip => ({
  source: { format: 'file', locations: [at] },
  range: { kind: 'from-start', startMs, durationMs: 1 },
});
