import { beginsAnew, type DemuxedSample, type TrackConfig, TsDemuxer, type VideoCodec } from '@clipfleet/mpegts';

/** Whether the first picture that starts in these bytes can follow any other one. True without video. */
export const startsAnew = async (
  chunks: AsyncIterable<Uint8Array>,
  programPackets: Uint8Array | undefined,
): Promise<boolean> => {
  let codec: VideoCodec | undefined;
  let found: boolean | undefined;
  const sink = {
    config: (config: TrackConfig): void => {
      if (config.kind === 'video') codec = config.codec;
    },
    sample: (sample: DemuxedSample): void => {
      if (sample.kind === 'video') found ??= codec !== undefined && beginsAnew(codec, sample.data);
    },
  };
  const demuxer = new TsDemuxer({ sink, ...(programPackets && { programPackets }) });
  for await (const chunk of chunks) {
    demuxer.push(chunk);
    if (found !== undefined) return found;
  }
  demuxer.flush();
  return found ?? true;
};
