import { withoutHevcSets } from '@clipfleet/testing';
import { runProgram } from '../source/run-program.js';

export interface Packet {
  pts: number;
  dts: number;
  duration: number;
  sizeBytes: number;
  flags: string;
  sha256: string;
}

/** By kind and position: `video 0`, `audio 0`, `audio 1`. A track's place in a file is its muxer's own choice. */
export type Tracks = ReadonlyMap<string, Packet[]>;

interface Row {
  codec_type: string;
  stream_index: number;
  pts?: number;
  dts?: number;
  duration?: number;
  size: string;
  flags: string;
  data_hash: string;
}

/** All packets of a file, in its tracks' own time bases. */
export const packetsOf = async (file: string): Promise<Tracks> => tracksOf(await rowsOf(file));

/** The same of a copy by ffmpeg as mp4 or mov, which leaves parameter sets of HEVC in the samples: without them (ADR 0021). */
export const copiedPacketsOf = async (file: string): Promise<Tracks> => {
  const changed = await withoutHevcSets(file);
  const rows = (await rowsOf(file)).map((row, index) => {
    const bytes = changed[index];
    return bytes ? { ...row, size: String(bytes.sizeBytes), data_hash: `SHA256:${bytes.sha256}` } : row;
  });
  return tracksOf(rows);
};

const rowsOf = async (file: string): Promise<Row[]> => {
  const { out } = await runProgram('ffprobe', [
    ...['-v', 'error', '-show_packets', '-show_data_hash', 'sha256', '-of', 'json'],
    ...['-show_entries', 'packet=codec_type,stream_index,pts,dts,duration,size,flags,data_hash', file],
  ]);
  return (JSON.parse(out) as { packets: Row[] }).packets;
};

const tracksOf = (rows: readonly Row[]): Tracks => {
  const streams = [...new Set(rows.map((row) => row.stream_index))].toSorted((a, b) => a - b);
  const tracks = new Map<string, Packet[]>();
  for (const kind of ['video', 'audio']) {
    const ofKind = streams.filter((stream) =>
      rows.some((row) => row.stream_index === stream && row.codec_type === kind),
    );
    for (const [position, stream] of ofKind.entries()) {
      const packets = rows.filter((row) => row.stream_index === stream).map(toPacket);
      tracks.set(`${kind} ${position}`, packets);
    }
  }
  return tracks;
};

const toPacket = ({ pts, dts, duration, size, flags, data_hash }: Row): Packet => ({
  ...{ pts: pts ?? Number.NaN, dts: dts ?? Number.NaN, duration: duration ?? Number.NaN },
  ...{ sizeBytes: Number(size), flags, sha256: data_hash },
});

export const packetCount = (tracks: Tracks): number =>
  [...tracks.values()].reduce((sum, packets) => sum + packets.length, 0);
