import {
  freeHevcSetIds,
  h264Buffering,
  type H264Config,
  hevcBuffering,
  type HevcConfig,
  nalsOf,
  seenReorderFrames,
  renumberHevc,
  toLengthPrefixed,
  type TrackConfig,
  type VideoTrackConfig,
  withH264Buffering,
} from '@clipfleet/mpegts';

/** Pictures as they came out of an encoder, length-prefixed. */
export interface EncodedStream<T extends TrackConfig = TrackConfig> {
  readonly config: T;
  readonly units: readonly Uint8Array[];
}

/** An edge and the pictures of the source that it is decoded from, in decode order. */
interface EdgeSource<T extends TrackConfig> {
  readonly config: T;
  readonly edge: 'head' | 'tail';
  readonly samples: readonly { ptsTicks: number }[];
}

/**
 * The encoded pictures beside the source's: one configuration with the sets of both, in which no id means two things.
 * Undefined: they do not go together.
 */
export const fitEdge = (
  source: EdgeSource<VideoTrackConfig>,
  encoded: EncodedStream,
): EncodedStream<VideoTrackConfig> | undefined => {
  const { config, edge } = source;
  if (config.codec === 'h264' && encoded.config.kind === 'video' && encoded.config.codec === 'h264') {
    return fitH264({ ...source, config }, { ...encoded, config: encoded.config });
  }
  if (config.codec !== 'hevc' || encoded.config.kind !== 'video' || encoded.config.codec !== 'hevc') return undefined;
  return fitHevc(config, edge, { ...encoded, config: encoded.config });
};

const H264_SPS = 7;

const fitH264 = (
  { config, samples }: EdgeSource<H264Config>,
  encoded: EncodedStream<H264Config>,
): EncodedStream<H264Config> => {
  const buffering = h264Buffering(config.sps[0], seenReorderFrames(samples.map(({ ptsTicks }) => ptsTicks)));
  const fit = (nal: Uint8Array): Uint8Array => ((nal[0] & 0x1f) === H264_SPS ? withH264Buffering(nal, buffering) : nal);
  const { sps, pps } = encoded.config;
  return {
    config: { ...config, sps: [...config.sps, ...sps.map(fit)], pps: [...config.pps, ...pps] },
    units: encoded.units.map((data) => toLengthPrefixed(nalsOf(data).map(fit))),
  };
};

const fitHevc = (
  config: HevcConfig,
  edge: 'head' | 'tail',
  encoded: EncodedStream<HevcConfig>,
): EncodedStream<HevcConfig> | undefined => {
  const ids = freeHevcSetIds(config)[edge === 'head' ? 0 : 1];
  if (ids === undefined || !keepsWithin(encoded.config, config)) return undefined;
  const { generalProfileTierLevel } = config;
  const numbering = { ids, generalProfileTierLevel, buffering: hevcBuffering(config.sps[0]) };
  const renumber = (nals: readonly Uint8Array[]): Uint8Array[] | undefined => renumberHevc(nals, numbering);
  const units = encoded.units.map((data) => renumber(nalsOf(data)));
  const { vps, sps, pps } = encoded.config;
  const [ownVps, ownSps, ownPps] = [renumber(vps), renumber(sps), renumber(pps)];
  if (!ownVps || !ownSps || !ownPps || !units.every((nals) => nals !== undefined)) return undefined;
  return {
    config: {
      ...config,
      vps: [...config.vps, ...ownVps],
      sps: [...config.sps, ...ownSps],
      pps: [...config.pps, ...ownPps],
    },
    units: units.map(toLengthPrefixed),
  };
};

const tierOf = (profile: Uint8Array): number => (profile[0] >> 5) & 1;
const levelOf = (profile: Uint8Array): number => profile[11];

/** What keeps within the source's profile, tier and level may say that it is of these. */
const keepsWithin = (encoded: HevcConfig, source: HevcConfig): boolean => {
  const [own, bound] = [encoded.generalProfileTierLevel, source.generalProfileTierLevel];
  return (
    encoded.chromaFormatIdc === source.chromaFormatIdc &&
    encoded.bitDepthLuma === source.bitDepthLuma &&
    encoded.bitDepthChroma === source.bitDepthChroma &&
    tierOf(own) <= tierOf(bound) &&
    levelOf(own) <= levelOf(bound)
  );
};
