import { extname } from 'node:path';
import type { MediaReport, ProbeRequested } from '@clipfleet/contracts';
import { mediaReportOf, runFfprobe, withRangeServer } from '@clipfleet/ffmpeg';
import type { ObjectStore } from '@clipfleet/object-store';

export interface Probed {
  media: MediaReport;
  /** Of the object. */
  readBytes: number;
}

/** What is in an object of any size, by the ranges of it that ffprobe asks for. */
export class MediaProber {
  constructor(private readonly limits: { pictureTimeoutMs: number }) {}

  /** Throws ClipfleetError `undecodable`, `deadline-exceeded`; what the store throws; the signal's reason. */
  async probe(
    { source, sizeBytes }: Pick<ProbeRequested, 'source' | 'sizeBytes'>,
    store: Pick<ObjectStore, 'getBytes'>,
    signal: AbortSignal,
  ): Promise<Probed> {
    let readBytes = 0;
    const read = async (startByte: number, endByte: number): Promise<Uint8Array> => {
      const range = [startByte, endByte] as const;
      const block = await store.getBytes(source, { range, limitBytes: endByte - startByte, signal });
      readBytes += block.length;
      return block;
    };
    const output = await withRangeServer({ sizeBytes, extension: safeExtension(source.key), read }, (url) =>
      runFfprobe(url, { signal, timeoutMs: this.limits.pictureTimeoutMs }),
    );
    return { media: mediaReportOf(output), readBytes };
  }
}

const safeExtension = (key: string): string => /^\.\w{1,8}$/.exec(extname(key))?.[0] ?? '';
