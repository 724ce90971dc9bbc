import { Inject, Injectable } from '@nestjs/common';
import type { CompletedTask, ExportRecord } from '@clipfleet/ledger';
import { OBJECT_STORES, type ObjectStores } from '@clipfleet/object-store';
import { renderStoryboardVtt } from '@clipfleet/timeline';
import { trackKeyBeside } from '../exports/sidecar-keys.js';
import type { Made } from './export-result.js';
import { relativeUri } from './relative-uri.js';
import { plainObject, type SmallObject } from './small-object.js';
import { SmallObjectWriter } from './small-object-writer.js';

/** The WebVTT track beside the sheet of a storyboard: written before the sheet, which says that both are there. */
@Injectable()
export class StoryboardTrack {
  constructor(
    @Inject(SmallObjectWriter) private readonly objects: SmallObjectWriter,
    @Inject(OBJECT_STORES) private readonly stores: ObjectStores,
  ) {}

  /** Nothing for other outputs. Throws as the client is told. */
  async write(
    record: ExportRecord,
    tasks: readonly CompletedTask[],
    signal: AbortSignal,
  ): Promise<Pick<Made, 'written' | 'gatewayBytes'>> {
    const track = trackOf(record, tasks);
    if (!track) return { written: [], gatewayBytes: 0 };
    const written = await this.objects.put(track, !record.output.overwrite, signal);
    return { written: [written], gatewayBytes: track.bytes.length };
  }

  /** After an export that ended without a sheet. Where a sheet lies, whosoever it is, a track is left with it. */
  async discard(record: ExportRecord, tasks: readonly CompletedTask[]): Promise<void> {
    const track = trackOf(record, tasks);
    if (!track) return;
    const { destination } = record;
    const sheet = await this.stores.get(destination.storeId).head(destination);
    if (!sheet) await this.objects.discard(track);
  }
}

const trackOf = ({ output, destination }: ExportRecord, tasks: readonly CompletedTask[]): SmallObject | undefined => {
  const sheet = tasks.find(({ result }) => result.storyboard)?.result.storyboard;
  if (output.container !== 'storyboard' || !sheet) return undefined;
  const at = { ...destination, key: trackKeyBeside(destination.key) };
  // https://www.w3.org/TR/webvtt1/#iana-text-vtt
  return plainObject(at, renderStoryboardVtt(sheet, relativeUri(at, destination)), 'text/vtt');
};
