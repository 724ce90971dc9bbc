import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipfleetError } from '@clipfleet/contracts';
import {
  type DemuxedSample,
  freeH264SetIds,
  muxVideo,
  nalsOf,
  type PictureUnit,
  toByteStream,
  type TrackConfig,
  TsDemuxer,
  type VideoSample,
  type VideoTrackConfig,
} from '@clipfleet/mpegts';
import { type EdgeFormat, edgeOptions, hevcProfileIdc } from '../arguments/edge.js';
import { decodeInputOptions } from '../arguments/input.js';
import { withScratch } from '../local/scratch.js';
import type { FfmpegRunner } from '../run/ffmpeg-runner.js';
import { fitEdge } from './fit-edge.js';
import { LOCAL_START_TICKS } from '../local/local-clock.js';
import { frameRateOf } from './frame-rate.js';

/** The pictures of one edge of a cut. */
export interface EdgePictures {
  edge: 'head' | 'tail';
  config: VideoTrackConfig;
  /** In decode order, from a keyframe on. */
  samples: readonly VideoSample[];
  /** Of these times, in presentation order, pictures are to be encoded. */
  frames: readonly { ptsTicks: number; dtsTicks: number }[];
}

export interface EncodedEdge {
  /** The source's configuration with the encoded pictures' parameter sets beside its own. */
  config: VideoTrackConfig;
  /** One for each frame, in order, at its times. */
  samples: VideoSample[];
}

export interface EncodeEdgeOptions {
  scratchPath: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Encodes the pictures of an edge, by one ffmpeg over their GOP alone. Throws ClipfleetError. */
export const encodeEdge = async (
  pictures: EdgePictures,
  ffmpeg: FfmpegRunner,
  options: EncodeEdgeOptions,
): Promise<EncodedEdge> => {
  const { samples, frames } = pictures;
  if (frames.length === 0) return { config: pictures.config, samples: [] };
  const offsetTicks = LOCAL_START_TICKS - Math.min(...samples.map(({ dtsTicks }) => dtsTicks));
  const window = {
    startTicks: frames[0].ptsTicks + offsetTicks,
    endTicks: frames[frames.length - 1].ptsTicks + offsetTicks + 1,
  };
  const outputOptions = edgeOptions(formatOf(pictures), window);
  if (outputOptions === undefined) throw notEncodable(pictures.config);
  const encoded = await withScratch(options.scratchPath, async (directory) => {
    const [inputPath, outputPath] = [join(directory, 'edge.ts'), join(directory, 'encoded.ts')];
    await writeFile(inputPath, localStream(pictures, offsetTicks));
    await ffmpeg.run({ inputPath, inputOptions: decodeInputOptions, outputOptions, outputPath }, options);
    return demux(await readFile(outputPath));
  });
  return checked(pictures, encoded, offsetTicks);
};

const notEncodable = (config: VideoTrackConfig): ClipfleetError => {
  const what = `${config.picture.interlaced ? 'interlaced ' : ''}${profileNameOf(config)}`;
  const text = `The edges of ${what} cannot be encoded to go with the rest: ask for a cut by edit list, or at keyframes.`;
  return new ClipfleetError('unsupported-source', text, { details: { codec: config.codec } });
};

const profileNameOf = (config: VideoTrackConfig): string => {
  if (config.codec === 'h264') return `H.264 profile ${config.profileIdc}`;
  return config.codec === 'hevc' ? `HEVC profile ${hevcProfileIdc(config)}` : config.codec;
};

/** x265 numbers sets as it likes: they are renumbered behind it. */
const NOT_CHOSEN = [0, 0];

/** A clip may have two encoded edges in one track: their sets have ids of their own. */
const formatOf = ({ config, edge, samples }: EdgePictures): EdgeFormat => {
  const free = config.codec === 'h264' ? freeH264SetIds(config) : NOT_CHOSEN;
  const setId = free[edge === 'head' ? 0 : 1];
  if (setId === undefined) throw notEncodable(config);
  return { config, setId, frameRate: frameRateOf(samples.map(({ ptsTicks }) => ptsTicks).toSorted((a, b) => a - b)) };
};

const localStream = ({ config, samples }: EdgePictures, offsetTicks: number): Uint8Array => {
  if (config.codec === 'mpeg2video') throw notEncodable(config);
  const sets = config.codec === 'hevc' ? [...config.vps, ...config.sps, ...config.pps] : [...config.sps, ...config.pps];
  return muxVideo(
    config.codec,
    samples.map((sample, index): PictureUnit => ({
      ptsTicks: sample.ptsTicks + offsetTicks,
      dtsTicks: sample.dtsTicks + offsetTicks,
      keyframe: sample.keyframe,
      bytes: toByteStream([...(index === 0 ? sets : []), ...nalsOf(sample.data)]),
    })),
  );
};

const demux = (bytes: Uint8Array): { samples: DemuxedSample[]; config: TrackConfig | undefined } => {
  const samples: DemuxedSample[] = [];
  let config: TrackConfig | undefined;
  const sink = {
    config: (given: TrackConfig) => void (config ??= given),
    sample: (sample: DemuxedSample) => void samples.push(sample),
  };
  const demuxer = new TsDemuxer({ sink });
  demuxer.push(bytes);
  demuxer.flush();
  return { samples, config };
};

/** ffmpeg leaves out what it cannot decode without a word that we would see: every frame must be there, at its time. */
const checked = (pictures: EdgePictures, encoded: ReturnType<typeof demux>, offsetTicks: number): EncodedEdge => {
  const { frames, samples } = pictures;
  const isWhole =
    encoded.samples.length === frames.length &&
    encoded.samples.every((sample, index) => sample.ptsTicks === frames[index].ptsTicks + offsetTicks);
  if (!isWhole || encoded.config === undefined) {
    const text = `Of the ${frames.length} pictures of an edge only ${encoded.samples.length} could be decoded.`;
    throw new ClipfleetError('undecodable', text);
  }
  const units = encoded.samples.map(({ data }) => data);
  const fitted = fitEdge(pictures, { config: encoded.config, units });
  if (fitted === undefined) throw notEncodable(pictures.config);
  const [{ pid, runIndex }] = samples;
  return {
    config: fitted.config,
    samples: fitted.units.map((data, index): VideoSample => ({
      ...{ kind: 'video', pid, runIndex, ...frames[index], data },
      ...{ keyframe: index === 0, stamped: true },
    })),
  };
};
