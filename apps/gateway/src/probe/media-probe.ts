import { Inject, Injectable } from '@nestjs/common';
import { ClipfleetError, type MediaReport, oneFieldError } from '@clipfleet/contracts';
import { Questions } from '@clipfleet/jetstream';
import type { FileRecord } from '@clipfleet/ledger';

/** A pool of workers that sleeps wakes up meanwhile. */
const ANSWER_WITHIN_MS = 60_000;

/** What is in a stored file. The gateway touches no media: a worker looks, by ranges. */
@Injectable()
export class MediaProbe {
  constructor(@Inject(Questions) private readonly questions: Questions) {}

  /** Throws `bad-parameter` when it is no media, `not-found`, `not-answered`. */
  async probe({ at, sizeBytes }: Pick<FileRecord, 'at' | 'sizeBytes'>): Promise<MediaReport> {
    const answer = await this.questions.probe({ source: at, sizeBytes }, ANSWER_WITHIN_MS);
    if (answer.ok) return answer.media;
    const { reason, message } = answer;
    if (reason === 'gone') throw new ClipfleetError('not-found', 'the content of the file is gone');
    if (reason === 'undecodable') throw oneFieldError('source', `is no audio or video that can be read: ${message}`);
    throw new ClipfleetError('not-answered', 'the file could not be looked at');
  }
}
