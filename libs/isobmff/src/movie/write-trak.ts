import type { ByteWriter } from '../bytes/byte-writer.js';
import { writeChunkOffsets } from '../boxes/chunk-offsets.js';
import { writeCtts } from '../boxes/ctts.js';
import { writeDinf } from '../boxes/dinf.js';
import { writeEdts } from '../boxes/elst.js';
import { writeHdlr } from '../boxes/hdlr.js';
import { writeMdhd } from '../boxes/mdhd.js';
import { writeSmhd } from '../boxes/smhd.js';
import { writeStsc } from '../boxes/stsc.js';
import { writeStss } from '../boxes/stss.js';
import { writeStsz } from '../boxes/stsz.js';
import { writeStts } from '../boxes/stts.js';
import { writeTkhd } from '../boxes/tkhd.js';
import { writeVmhd } from '../boxes/vmhd.js';
import type { MovieContainer } from '../entry/sample-entry.js';
import { writeStsd } from '../entry/stsd.js';
import type { MovieTrack } from './movie.js';

export interface TrakLayout {
  readonly container: MovieContainer;
  readonly largeOffsets: boolean;
  /** Added to every chunk offset. */
  readonly baseByte: number;
}

const AUDIO_ALTERNATE_GROUP = 1;

/** ISO/IEC 14496-12 §8.3.1 */
export function writeTrak(w: ByteWriter, track: MovieTrack, layout: TrakLayout): void {
  w.box('trak', () => {
    writeTrackHeader(w, track);
    writeEdts(w, track.edits);
    w.box('mdia', () => {
      const { timescale, mediaDuration, language } = track;
      writeMdhd(w, { timescale, duration: mediaDuration, language });
      writeHandler(w, track, layout.container);
      w.box('minf', () => {
        if (track.kind === 'video') writeVmhd(w);
        else writeSmhd(w);
        // QuickTime: the data handler has its own hdlr in minf.
        if (layout.container === 'mov')
          writeHdlr(w, { componentType: 'dhlr', handlerType: 'url ', name: 'DataHandler' });
        writeDinf(w);
        writeSampleTable(w, track, layout);
      });
    });
  });
}

function writeTrackHeader(w: ByteWriter, track: MovieTrack): void {
  const { trackId, enabled, edits } = track;
  const [config] = track.configs;
  const picture = config.kind === 'video' ? config.picture : undefined;
  writeTkhd(w, {
    trackId,
    enabled,
    duration: edits.reduce((sum, edit) => sum + edit.duration, 0),
    alternateGroup: track.kind === 'audio' ? AUDIO_ALTERNATE_GROUP : 0,
    audible: track.kind === 'audio',
    width: picture === undefined ? 0 : Math.round((picture.width * picture.sarWidth) / picture.sarHeight),
    height: picture?.height ?? 0,
  });
}

function writeHandler(w: ByteWriter, track: MovieTrack, container: MovieContainer): void {
  const handlerType = track.kind === 'video' ? 'vide' : 'soun';
  const name = track.kind === 'video' ? 'VideoHandler' : 'SoundHandler';
  writeHdlr(w, container === 'mov' ? { componentType: 'mhlr', handlerType, name } : { handlerType, name });
}

function writeSampleTable(w: ByteWriter, track: MovieTrack, layout: TrakLayout): void {
  const { configs, averageBitrateBps, tables } = track;
  const { container, largeOffsets, baseByte } = layout;
  w.box('stbl', () => {
    writeStsd(w, { configs, container, averageBitrateBps });
    writeStts(w, tables.durations);
    if (tables.syncSampleNumbers !== undefined) writeStss(w, tables.syncSampleNumbers);
    if (tables.compositionOffsets.values.some((offset) => offset !== 0)) writeCtts(w, tables.compositionOffsets);
    writeStsc(w, tables.chunks);
    writeStsz(w, tables.sizesBytes);
    const offsets = baseByte === 0 ? tables.chunkOffsets : tables.chunkOffsets.map((offset) => offset + baseByte);
    writeChunkOffsets(w, offsets, largeOffsets);
  });
}
