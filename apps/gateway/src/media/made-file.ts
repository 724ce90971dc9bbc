import { Inject, Injectable } from '@nestjs/common';
import { type FileRecord, FileRepository } from '@clipfleet/ledger';
import { ExportChanges } from '../exports/export-changes.js';

/** Files that are being made. */
@Injectable()
export class MadeFile {
  constructor(
    @Inject(FileRepository) private readonly files: FileRepository,
    @Inject(ExportChanges) private readonly changes: ExportChanges,
  ) {}

  /** The file as it is when it is no longer pending, or after `timeoutMs`. */
  async settled(tenantId: string, begun: FileRecord, timeoutMs: number): Promise<FileRecord> {
    if (begun.exportId === null) return begun;
    let changed = (): void => undefined;
    const stop = this.changes.onChange(begun.exportId, () => changed());
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      for (let file = begun; ;) {
        const change = new Promise<void>((resolve) => {
          changed = resolve;
          deadline.addEventListener('abort', () => resolve(), { once: true });
        });
        file = (await this.files.get(tenantId, begun.id)) ?? file;
        if (file.status !== 'pending' || deadline.aborted) return file;
        await change;
      }
    } finally {
      stop();
    }
  }
}
