import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClipfleetError, type TaskReport, type TaskRequested, tempHeadKey, workSubject } from '@clipfleet/contracts';
import { encodeEdge, type FfmpegRunner, FluentFfmpegRunner } from '@clipfleet/ffmpeg';
import { Consumes, TaskRunner, type WorkContext, type WorkOutcome } from '@clipfleet/jetstream';
import { SamplePool } from '@clipfleet/mpegts';
import { OBJECT_STORES, type ObjectStores, ReadPool, TaskIo } from '@clipfleet/object-store';
import type { EncodeEdge } from './remux/edge-steps.js';
import { partsInFlight } from './remux/parts-in-flight.js';
import { remuxRange } from './remux/remux-range.js';
import type { SegmentWorkerConfig } from './segment-worker-config.js';
import { SEGMENT_WORKER_CONFIG } from './segment-worker-token.js';
import { writeTsParts } from './ts-parts/write-ts-parts.js';

@Controller()
export class SegmentConsumer {
  private readonly samplePool = new SamplePool();
  private readonly readPool = new ReadPool();

  constructor(
    @Inject(SEGMENT_WORKER_CONFIG) private readonly config: SegmentWorkerConfig,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
    @Inject(TaskRunner) private readonly runner: TaskRunner,
    @Inject(FluentFfmpegRunner) private readonly ffmpeg: FfmpegRunner,
  ) {}

  @Consumes(workSubject.segment)
  handle(@Payload() message: TaskRequested, @Ctx() context: WorkContext): Promise<WorkOutcome> {
    const uploadConcurrency = partsInFlight(message.task, this.config);
    return this.runner.run(message, context, (onProgress) =>
      this.work(
        message,
        new TaskIo(this.stores, message, {
          ...{ signal: context.signal, uploadConcurrency, onProgress },
          readPool: this.readPool,
        }),
        context.attemptNumber,
      ),
    );
  }

  private async work(
    { task, exportId, generation, upload }: TaskRequested,
    io: TaskIo,
    attemptNumber: number,
  ): Promise<TaskReport> {
    const { partBytes, scratchPath, edgeTimeoutMs: timeoutMs } = this.config;
    const encode: EncodeEdge = (job) => encodeEdge(job, this.ffmpeg, { scratchPath, timeoutMs, signal: io.signal });
    const edges = { encode, attemptNumber };
    switch (task.kind) {
      case 'ts-parts':
        return writeTsParts(task, io, edges);
      case 'remux-range': {
        const headKey = tempHeadKey(upload.destination.key, exportId, generation);
        return remuxRange(task, io, { partBytes, headKey, samplePool: this.samplePool, edges });
      }
      default:
        throw new ClipfleetError('internal', `A segment worker has no way to do ${task.kind}.`, { retryable: false });
    }
  }
}
