import type { Readable } from 'node:stream';
import { ClipfleetError } from '@clipfleet/contracts';
import { destinationFailure, type ObjectStore, PartCutter, PartWriter } from '@clipfleet/object-store';
import type { ObjectRef } from '@clipfleet/timeline';
import { SNIFFED_BYTES, sniffContent, type SniffedContent } from './sniff-content.js';

const PART_BYTES = 8 * 1024 * 1024;

export interface WrittenFile extends SniffedContent {
  sizeBytes: number;
}

/**
 * A stream of unknown length → one object, in parts as they come: two of them at most are held. What goes wrong leaves neither
 * object nor upload. Throws `body-too-large` beyond `maxBytes`.
 */
export const writeFileObject = async (
  stream: Readable,
  store: ObjectStore,
  at: ObjectRef,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<WrittenFile> => {
  const cutter = new PartCutter(PART_BYTES, { foldRemainder: !store.abilities.equalParts });
  const writing = new FileWriting(store, at, signal);
  let sizeBytes = 0;
  let first = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new ClipfleetError('body-too-large', `a file may have up to ${maxBytes} bytes`);
      if (first.length < SNIFFED_BYTES) first = Buffer.concat([first, chunk]).subarray(0, SNIFFED_BYTES);
      for (const part of cutter.push(chunk)) await writing.write(part, await sniffContent(first));
    }
    const content = await sniffContent(first);
    await writing.finish(cutter.finish() ?? new Uint8Array(), content);
    return { ...content, sizeBytes };
  } catch (error) {
    await writing.abort();
    throw error;
  }
};

/** One put for what fits into a part, else a multipart upload. */
class FileWriting {
  private upload: { id: string; writer: PartWriter } | undefined;
  private partCount = 0;

  constructor(
    private readonly store: ObjectStore,
    private readonly at: ObjectRef,
    private readonly signal: AbortSignal,
  ) {}

  async write(part: Uint8Array, { mimeType }: SniffedContent): Promise<void> {
    await guarded(async () => {
      this.upload ??= await this.open(mimeType);
      this.partCount += 1;
      await this.upload.writer.write(this.partCount, part);
    });
  }

  async finish(last: Uint8Array, content: SniffedContent): Promise<void> {
    const { store, at, signal } = this;
    if (!this.upload)
      return guarded(async () => void (await store.put(at, last, { contentType: content.mimeType, signal })));
    if (last.length > 0) await this.write(last, content);
    const { id, writer } = this.upload;
    await guarded(async () => void (await store.completeUpload(at, id, await writer.finish(), { signal })));
  }

  async abort(): Promise<void> {
    if (!this.upload) return;
    await this.upload.writer.finish().catch(() => undefined);
    await this.store.abortUpload(this.at, this.upload.id);
  }

  private async open(contentType: string): Promise<{ id: string; writer: PartWriter }> {
    const { store, at, signal } = this;
    const id = await store.createUpload(at, { contentType, signal });
    return { id, writer: new PartWriter({ store, at, uploadId: id, signal }) };
  }
}

const guarded = async (call: () => Promise<void>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    throw destinationFailure(error);
  }
};
