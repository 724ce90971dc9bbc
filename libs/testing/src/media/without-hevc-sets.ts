import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { runProgram } from './run-program.js';

export interface PacketBytes {
  sizeBytes: number;
  sha256: string;
}

interface Probed {
  streams: { index: number; codec_name: string }[];
  packets: { stream_index: number; pos: string; size: string }[];
}

/** VPS, SPS, PPS: ITU-T H.265 table 7-1. */
const isSet = (nalHeader: number): boolean => [32, 33, 34].includes((nalHeader >> 1) & 0x3f);

const keptOf = (sample: Buffer): Buffer => {
  const kept: Buffer[] = [];
  for (let at = 0; at < sample.length;) {
    const end = at + 4 + sample.readUInt32BE(at);
    if (!isSet(sample[at + 4])) kept.push(sample.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
};

/**
 * What the packets of an mp4 or mov are without parameter sets of HEVC, in ffprobe's order; undefined: of another codec. ffmpeg
 * leaves the sets in the samples of an `hvc1`, which must not have them (ADR 0021), and its own filter that takes them out
 * (`filter_units`) drops zero bytes as well. `selector`: as ffprobe's.
 */
export const withoutHevcSets = async (file: string, selector?: string): Promise<(PacketBytes | undefined)[]> => {
  const { streams, packets } = await probe(file, selector);
  const hevc = new Set(streams.filter((stream) => stream.codec_name === 'hevc').map(({ index }) => index));
  const handle = await open(file);
  try {
    const found: (PacketBytes | undefined)[] = [];
    for (const packet of packets) {
      if (!hevc.has(packet.stream_index)) {
        found.push(undefined);
        continue;
      }
      const sample = Buffer.alloc(Number(packet.size));
      await handle.read(sample, 0, sample.length, Number(packet.pos));
      const kept = keptOf(sample);
      found.push({ sizeBytes: kept.length, sha256: createHash('sha256').update(kept).digest('hex') });
    }
    return found;
  } finally {
    await handle.close();
  }
};

const probe = async (file: string, selector?: string): Promise<Probed> => {
  const output = await runProgram('ffprobe', [
    ...['-v', 'error', '-show_entries', 'stream=index,codec_name:packet=stream_index,pos,size', '-of', 'json'],
    ...(selector ? ['-select_streams', selector] : []),
    file,
  ]);
  return JSON.parse(output) as Probed;
};
