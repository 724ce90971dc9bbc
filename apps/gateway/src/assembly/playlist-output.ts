import { Inject, Injectable } from '@nestjs/common';
import { type CompletedTask, TenantRepository, type WrittenObject } from '@clipfleet/ledger';
import type { Made } from './export-result.js';
import { type PlannedExport, playlistObjects } from './playlist-documents.js';
import type { SmallObject } from './small-object.js';
import { SmallObjectWriter } from './small-object-writer.js';

/**
 * Small objects, written from the plan, and of what tasks have made of the segments at the edges of an exact cut. Writing them
 * twice writes the same.
 */
@Injectable()
export class PlaylistOutput {
  constructor(
    @Inject(SmallObjectWriter) private readonly objects: SmallObjectWriter,
    @Inject(TenantRepository) private readonly tenants: TenantRepository,
  ) {}

  /** Throws as the client is told. */
  async write(record: PlannedExport, tasks: readonly CompletedTask[], signal: AbortSignal): Promise<Made> {
    const objects = await this.objectsOf(record, tasks);
    const ifAbsent = !record.output.overwrite;
    const written: WrittenObject[] = [];
    for (const object of objects) written.push(await this.objects.put(object, ifAbsent, signal));
    return {
      written,
      sizeBytes: objects.at(-1)!.bytes.length,
      gatewayBytes: objects.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
  }

  /** After an export that ended without an output: deletes what `write` has written, and only that. */
  async discard(record: PlannedExport, tasks: readonly CompletedTask[]): Promise<void> {
    if (record.plan.uploadKey !== undefined && tasks.length === 0) return;
    for (const object of await this.objectsOf(record, tasks)) await this.objects.discard(object);
  }

  private async objectsOf(record: PlannedExport, tasks: readonly CompletedTask[]): Promise<SmallObject[]> {
    const isEncrypted = record.output.container === 'playlist-jwe';
    return playlistObjects(record, isEncrypted ? await this.tenants.jweKey(record.tenantId) : undefined, tasks);
  }
}
