import type { Readable } from 'node:stream';
import { ClipfleetError } from '@clipfleet/contracts';
import { destinationFailure, type ObjectStore, PartCutter, PartWriter } from '@clipfleet/object-store';
import type { ObjectRef } from '@clipfleet/timeline';
import { sniffContent, type SniffedContent } from './sniff-content.js';

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
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new ClipfleetError('body-too-large', `a file may have up to ${maxBytes} bytes`);
      for (const part of cutter.push(chunk)) await writing.write(part);
    }
    return { ...(await writing.finish(cutter.finish() ?? new Uint8Array())), sizeBytes };
  } catch (error) {
    await writing.abort();
    throw error;
  }
};

/** One put for what fits into a part, else a multipart upload. What it is says the first part: it is told when that is opened. */
class FileWriting {
  private upload: { id: string; writer: PartWriter; content: SniffedContent } | undefined;
  private partCount = 0;

  constructor(
    private readonly store: ObjectStore,
    private readonly at: ObjectRef,
    private readonly signal: AbortSignal,
  ) {}

  async write(part: Uint8Array): Promise<void> {
    await guarded(async () => {
      this.upload ??= await this.open(await sniffContent(part));
      this.partCount += 1;
      await this.upload.writer.write(this.partCount, part);
    });
  }

  async finish(last: Uint8Array): Promise<SniffedContent> {
    if (!this.upload) return this.put(last);
    if (last.length > 0) await this.write(last);
    const { id, writer, content } = this.upload;
    const { store, at, signal } = this;
    await guarded(async () => void (await store.completeUpload(at, id, await writer.finish(), { signal })));
    return content;
  }

  async abort(): Promise<void> {
    if (!this.upload) return;
    await this.upload.writer.finish().catch(() => undefined);
    await this.store.abortUpload(this.at, this.upload.id);
  }

  private async put(body: Uint8Array): Promise<SniffedContent> {
    const content = await sniffContent(body);
    const { store, at, signal } = this;
    await guarded(async () => void (await store.put(at, body, { contentType: content.mimeType, signal })));
    return content;
  }

  private async open(content: SniffedContent): Promise<NonNullable<FileWriting['upload']>> {
    const { store, at, signal } = this;
    const id = await store.createUpload(at, { contentType: content.mimeType, signal });
    return { id, writer: new PartWriter({ store, at, uploadId: id, signal }), content };
  }
}

const guarded = async (call: () => Promise<void>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    throw destinationFailure(error);
  }
};
