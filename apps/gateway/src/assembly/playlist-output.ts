import { Inject, Injectable } from '@nestjs/common';
import { TenantRepository, type WrittenObject } from '@clipfleet/ledger';
import type { Made } from './export-result.js';
import { type PlannedExport, playlistObjects } from './playlist-documents.js';
import type { SmallObject } from './small-object.js';
import { SmallObjectWriter } from './small-object-writer.js';

/** Outputs without a task: small objects, written from the plan. Writing them twice writes the same. */
@Injectable()
export class PlaylistOutput {
  constructor(
    @Inject(SmallObjectWriter) private readonly objects: SmallObjectWriter,
    @Inject(TenantRepository) private readonly tenants: TenantRepository,
  ) {}

  /** Throws as the client is told. */
  async write(record: PlannedExport, signal: AbortSignal): Promise<Made> {
    const objects = await this.objectsOf(record);
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
  async discard(record: PlannedExport): Promise<void> {
    for (const object of await this.objectsOf(record)) await this.objects.discard(object);
  }

  private async objectsOf(record: PlannedExport): Promise<SmallObject[]> {
    const isEncrypted = record.output.container === 'playlist-jwe';
    return playlistObjects(record, isEncrypted ? await this.tenants.jweKey(record.tenantId) : undefined);
  }
}
