import { closeSync, openSync, readSync, writeSync, writevSync } from 'node:fs';
import { mergeRanges, RangeWriter } from '@clipfleet/isobmff';
import { type DemuxedSample, SamplePool, type TrackConfig, TsDemuxer } from '@clipfleet/mpegts';

/** As the stores hand them out. */
const CHUNK_BYTES = 1 << 20;
/** Room for the header, which is written last: some 2 MB an hour. */
const HEADER_BYTES = 8 << 20;

/** TS to mp4 payload and header by our own libraries, as one range. Without checksums and parts: these are the store's. */
export const remuxOurs = (input: string, output: string): void => {
  const from = openSync(input, 'r');
  const to = openSync(output, 'w');
  const samplePool = new SamplePool();
  const writer = new RangeWriter((pieces) => samplePool.giveBack(pieces));
  const configs = new Map<number, TrackConfig>();
  let payload: Uint8Array[] = [];
  const sink = {
    config: (config: TrackConfig) => void configs.set(config.pid, config),
    sample: (sample: DemuxedSample) => void payload.push(...writer.push(sample, configs.get(sample.pid))),
  };
  const demuxer = new TsDemuxer({ sink, samplePool });
  demuxer.startSegment();
  let position = HEADER_BYTES;
  const write = (chunks: Uint8Array[]): void => {
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (sizeBytes > 0 && writevSync(to, chunks, position) !== sizeBytes) throw new Error('the disk is full');
    position += sizeBytes;
    samplePool.giveBack(chunks); // as a worker does once a part is stored
  };
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const lengthBytes = readSync(from, chunk);
    if (lengthBytes === 0) break;
    demuxer.push(chunk.subarray(0, lengthBytes));
    write(payload);
    payload = [];
  }
  demuxer.flush();
  const end = writer.finish();
  write([...payload, ...end.payload]);
  const { headerBytes } = mergeRanges([end.report], { container: 'mp4', minFirstPartBytes: HEADER_BYTES });
  writeSync(to, headerBytes, 0, undefined, 0);
  closeSync(from);
  closeSync(to);
};
