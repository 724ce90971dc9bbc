import { Inject, Injectable } from '@nestjs/common';
import { oneFieldError, readSnapshotRequest } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import { segmentEndTicks, TICKS_PER_MS } from '@clipfleet/timeline';
import { FilePlace } from '../files/file-place.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { copiedOutput } from './copied-output.js';
import { FileJobs } from './file-jobs.js';
import { MadeFile } from './made-file.js';
import { clipOf, readsOf, RecordingReader } from './recording-reader.js';

/** The picture that is on the screen at one instant of a recording. */
@Injectable()
export class VideoSnapshot {
  constructor(
    @Inject(RecordingReader) private readonly recordings: RecordingReader,
    @Inject(FileJobs) private readonly jobs: FileJobs,
    @Inject(FilePlace) private readonly place: FilePlace,
    @Inject(MadeFile) private readonly made: MadeFile,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'snapshotWaitMs'>,
  ) {}

  /** The file, made or still pending. Throws `bad-parameter`, `not-found`, `forbidden`, `too-many-exports`. */
  async make(tenant: Tenant, body: Record<string, unknown>): Promise<FileRecord> {
    const { target, sourceId, pointMs, imageFormat, imageSize } = readSnapshotRequest(body);
    await this.jobs.checkTarget(tenant, target);
    const recording = await this.recordings.read(tenant, sourceId, 'source');
    const last = recording.timeline.segments.at(-1);
    const endTicks = last ? segmentEndTicks(last) : 0;
    if (pointMs * TICKS_PER_MS >= endTicks) {
      const endMs = Math.floor(endTicks / TICKS_PER_MS);
      throw oneFieldError('point', `is past the end of the video, which is ${endMs} ms long`);
    }
    const begun = await this.jobs.begin(tenant, target, {
      operation: 'video-snapshot',
      edit: { clips: [clipOf(recording, { kind: 'from-start', startMs: pointMs, durationMs: 1 })] },
      output: copiedOutput({ container: 'image', cutMode: 'exact', imageFormat, ...(imageSize && { imageSize }) }),
      extension: `.${imageFormat}`,
      reads: readsOf([recording], this.place.whole(tenant.slug)),
    });
    return this.made.settled(tenant.id, begun, this.config.snapshotWaitMs);
  }
}
