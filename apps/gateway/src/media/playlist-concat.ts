import { Inject, Injectable } from '@nestjs/common';
import { type EditOutput, readConcatRequest } from '@clipfleet/contracts';
import type { FileRecord, Tenant } from '@clipfleet/ledger';
import type { Output } from '@clipfleet/timeline';
import { FilePlace } from '../files/file-place.js';
import { assertListable } from './assert-listable.js';
import { copiedOutput } from './copied-output.js';
import { FileJobs } from './file-jobs.js';
import { clipOf, type FileRecording, readsOf, RecordingReader } from './recording-reader.js';

/** Playlists one after another: a playlist, or one file. */
@Injectable()
export class PlaylistConcat {
  constructor(
    @Inject(RecordingReader) private readonly recordings: RecordingReader,
    @Inject(FileJobs) private readonly jobs: FileJobs,
    @Inject(FilePlace) private readonly place: FilePlace,
  ) {}

  /** Throws `bad-parameter`, `not-found`, `forbidden`, `too-many-exports`. */
  async begin(tenant: Tenant, body: Record<string, unknown>): Promise<FileRecord> {
    const { target, playlistIds, output } = readConcatRequest(body);
    await this.jobs.checkTarget(tenant, target);
    const known = new Map<string, FileRecording>();
    for (const [index, id] of playlistIds.entries()) {
      if (!known.has(id)) known.set(id, await this.recordings.read(tenant, id, `m3u8s.${index}`));
    }
    const whole = this.place.whole(tenant.slug);
    if (output === 'm3u8') assertListable([...known.values()], whole.storeId, 'm3u8s');
    return this.jobs.begin(tenant, target, {
      operation: 'm3u8-concat',
      edit: { clips: playlistIds.map((id) => clipOf(known.get(id)!)) },
      output: wholeOutput(output),
      reads: readsOf([...known.values()], whole),
    });
  }
}

const wholeOutput = (output: EditOutput): Omit<Output, 'destination' | 'overwrite'> =>
  copiedOutput({ container: output === 'm3u8' ? 'playlist' : output, cutMode: 'segment' });
