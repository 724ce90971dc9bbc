import type { TrackConfig } from '@clipfleet/mpegts';
import { BoxCursor } from '../box/box-cursor.js';
import { type BoxView, childBoxes } from '../box/box-view.js';
import type { ByteWriter } from '../bytes/byte-writer.js';
import { type MovieContainer, writeSampleEntry } from './sample-entry.js';

export interface SampleDescriptions {
  readonly configs: readonly TrackConfig[];
  readonly container: MovieContainer;
  /** Of the whole track; told in `esds`. 0: not known. */
  readonly averageBitrateBps: number;
}

/** ISO/IEC 14496-12 §8.5.2: one entry for each configuration the track has had. */
export function writeStsd(w: ByteWriter, value: SampleDescriptions): void {
  w.fullBox('stsd', 0, 0, () => {
    w.u32(value.configs.length);
    for (const config of value.configs) writeSampleEntry(w, config, value.container, value.averageBitrateBps);
  });
}

/** The entries, as boxes. */
export function readStsd(box: BoxView): BoxView[] {
  const cursor = new BoxCursor(box);
  cursor.fullBox(0);
  cursor.entryCount(16);
  return childBoxes(box, 8);
}
