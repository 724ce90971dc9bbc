import { Inject, Injectable } from '@nestjs/common';
import { oneFieldError, readSnapshotRequest } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import { type Clip, segmentEndTicks, TICKS_PER_MS } from '@clipfleet/timeline';
import { FilePlace } from '../files/file-place.js';
import { HLS_TYPE } from '../files/sniff-content.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../gateway-config.js';
import { copiedOutput } from './copied-output.js';
import { FileJobs, type FileWork } from './file-jobs.js';
import { MadeFile } from './made-file.js';
import { clipOf, readsOf, RecordingReader } from './recording-reader.js';
import { SourceFiles } from './source-files.js';
import { instantOf, StoredVideo } from './stored-video.js';

const US_PER_MS = 1000;

/** One instant of a video, and the files that a picture of it is made of. */
interface Instant {
  clip: Clip;
  reads: FileWork['reads'];
}

/** The picture that is on the screen at one instant of a recording or of a video file. */
@Injectable()
export class VideoSnapshot {
  constructor(
    @Inject(SourceFiles) private readonly sources: SourceFiles,
    @Inject(RecordingReader) private readonly recordings: RecordingReader,
    @Inject(StoredVideo) private readonly videos: StoredVideo,
    @Inject(FileJobs) private readonly jobs: FileJobs,
    @Inject(FilePlace) private readonly place: FilePlace,
    @Inject(MadeFile) private readonly made: MadeFile,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'snapshotWaitMs'>,
  ) {}

  /**
   * The file, made or still pending. Throws `bad-parameter`, `not-found`, `forbidden`, `too-many-exports`; `not-answered` when
   * no worker looks into a video file in time.
   */
  async make(tenant: Tenant, body: Record<string, unknown>): Promise<FileRecord> {
    const { target, sourceId, pointMs, imageFormat, imageSize } = readSnapshotRequest(body);
    await this.jobs.checkTarget(tenant, target);
    const source = await this.sources.get(tenant, sourceId, 'source');
    const isRecording = source.mimeType === HLS_TYPE;
    const instant = await (isRecording ? this.ofRecording(tenant, source, pointMs) : this.ofVideo(source, pointMs));
    const begun = await this.jobs.begin(tenant, target, {
      operation: 'video-snapshot',
      edit: { clips: [instant.clip] },
      output: copiedOutput({ container: 'image', cutMode: 'exact', imageFormat, ...(imageSize && { imageSize }) }),
      extension: `.${imageFormat}`,
      reads: instant.reads,
    });
    return this.made.settled(tenant.id, begun, this.config.snapshotWaitMs);
  }

  private async ofRecording(tenant: Tenant, source: FileRecord, pointMs: number): Promise<Instant> {
    const recording = await this.recordings.open(tenant, source, 'source');
    const last = recording.timeline.segments.at(-1);
    assertBefore(pointMs, (last ? segmentEndTicks(last) : 0) / TICKS_PER_MS);
    return {
      clip: clipOf(recording, { kind: 'from-start', startMs: pointMs, durationMs: 1 }),
      reads: readsOf([recording], this.place.whole(tenant.slug)),
    };
  }

  private async ofVideo(source: FileRecord, pointMs: number): Promise<Instant> {
    assertBefore(pointMs, (await this.videos.durationUs(source)) / US_PER_MS);
    return { clip: instantOf(source, pointMs), reads: { ids: [source.id], cdnPaths: [] } };
  }
}

const assertBefore = (pointMs: number, endMs: number): void => {
  if (pointMs >= endMs)
    throw oneFieldError('point', `is past the end of the video, which is ${Math.floor(endMs)} ms long`);
};
