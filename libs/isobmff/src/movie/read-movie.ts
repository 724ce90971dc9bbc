import { type BoxView, childBoxes, findBox, requireBox, requireTopBox } from '../box/box-view.js';
import { readChunkOffsets } from '../boxes/chunk-offsets.js';
import { readCtts } from '../boxes/ctts.js';
import { type Edit, readElst } from '../boxes/elst.js';
import { readHdlr } from '../boxes/hdlr.js';
import { readMdhd } from '../boxes/mdhd.js';
import { type Mvhd, readMvhd } from '../boxes/mvhd.js';
import { readStsc } from '../boxes/stsc.js';
import { readStss } from '../boxes/stss.js';
import { readStsz } from '../boxes/stsz.js';
import { readStts } from '../boxes/stts.js';
import { readTkhd } from '../boxes/tkhd.js';
import { RunLengthTable } from '../bytes/run-length-table.js';
import { readStsd } from '../entry/stsd.js';
import type { SampleTables } from './movie.js';

export interface ReadTrack {
  readonly trackId: number;
  readonly enabled: boolean;
  readonly handlerType: string;
  readonly language: string;
  readonly timescale: number;
  readonly mediaDuration: number;
  readonly edits: readonly Edit[];
  readonly sampleEntries: readonly BoxView[];
  readonly tables: SampleTables;
}

export interface ReadMovie extends Mvhd {
  readonly tracks: readonly ReadTrack[];
}

/** `bytes`: a file, or its `moov` alone. */
export function readMovie(bytes: Uint8Array): ReadMovie {
  const moov = requireTopBox(bytes, 'moov');
  const traks = childBoxes(moov).filter((box) => box.type === 'trak');
  return { ...readMvhd(requireBox(moov, 'mvhd')), tracks: traks.map(readTrak) };
}

function readTrak(trak: BoxView): ReadTrack {
  const header = readTkhd(requireBox(trak, 'tkhd'));
  const media = readMdhd(requireBox(trak, 'mdia/mdhd'));
  const elst = findBox(trak, 'edts/elst');
  const stbl = requireBox(trak, 'mdia/minf/stbl');
  return {
    trackId: header.trackId,
    enabled: header.enabled,
    handlerType: readHdlr(requireBox(trak, 'mdia/hdlr')).handlerType,
    language: media.language,
    timescale: media.timescale,
    mediaDuration: media.duration,
    edits: elst === undefined ? [] : readElst(elst),
    sampleEntries: readStsd(requireBox(stbl, 'stsd')),
    tables: readTables(stbl),
  };
}

function readTables(stbl: BoxView): SampleTables {
  const ctts = findBox(stbl, 'ctts');
  const stss = findBox(stbl, 'stss');
  return {
    durations: readStts(requireBox(stbl, 'stts')),
    compositionOffsets: ctts === undefined ? new RunLengthTable() : readCtts(ctts),
    syncSampleNumbers: stss === undefined ? undefined : readStss(stss),
    sizesBytes: readStsz(requireBox(stbl, 'stsz')),
    chunks: readStsc(requireBox(stbl, 'stsc')),
    chunkOffsets: readChunkOffsets(findBox(stbl, 'co64') ?? requireBox(stbl, 'stco')),
  };
}
