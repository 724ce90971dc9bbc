import type { RepresentationInfo } from 'mpd-parser';
import { atLine, TimelineError } from '../timeline/timeline-error.js';
import type { RepresentationPlace } from './representation-places.js';

export interface PlacedRepresentation extends RepresentationInfo {
  place: RepresentationPlace;
}

const AUDIO_CODEC = /\b(mp4a|mp3|mp2a|ac-3|ec-3|ac-4|opus|dts[cehlx+-]?)/i;

const mimeType = (representation: RepresentationInfo): string =>
  representation.attributes.mimeType?.toLowerCase() ?? '';

const isAudio = (representation: RepresentationInfo): boolean =>
  mimeType(representation).startsWith('audio/') || representation.attributes.contentType === 'audio';

/** Picture and sound in one transport stream, as far as the MPD says. */
const isMuxed = ({ attributes }: RepresentationInfo, audioApart: boolean): boolean => {
  if (!audioApart) return true;
  return attributes.codecs === undefined ? attributes.contentType !== 'video' : AUDIO_CODEC.test(attributes.codecs);
};

/** Of one period: the transport stream with the highest bandwidth that has picture and sound. */
const best = (representations: PlacedRepresentation[]): PlacedRepresentation => {
  const streams = representations.filter((each) => mimeType(each) === 'video/mp2t');
  if (streams.length === 0) {
    const found = [...new Set(representations.map(mimeType))].join(', ') || 'none';
    const text = `Only MPEG-2 transport streams (video/mp2t) are supported, not fragmented MP4. Found: ${found}.`;
    throw new TimelineError('unsupported-source', text, { mimeTypes: found });
  }
  const audioApart = representations.some(isAudio);
  const muxed = streams.filter((each) => isMuxed(each, audioApart));
  if (muxed.length === 0) {
    throw new TimelineError('unsupported-source', 'The audio is in an AdaptationSet of its own.');
  }
  const chosen = muxed.reduce((a, b) => ((b.attributes.bandwidth ?? 0) > (a.attributes.bandwidth ?? 0) ? b : a));
  const { template, list } = chosen.segmentInfo;
  if (template === undefined && list === undefined) {
    const text = 'SegmentBase and single-file Representations are not supported, only SegmentTemplate and SegmentList.';
    throw atLine('unsupported-source', chosen.place.line, text);
  }
  return chosen;
};

/** One Representation for every period that has any, in order. */
export const chooseRepresentations = (all: PlacedRepresentation[]): PlacedRepresentation[] => {
  const periods = new Map<number, PlacedRepresentation[]>();
  for (const each of all) {
    const period = periods.get(each.place.periodIndex) ?? [];
    period.push(each);
    periods.set(each.place.periodIndex, period);
  }
  return [...periods.values()].map(best);
};
