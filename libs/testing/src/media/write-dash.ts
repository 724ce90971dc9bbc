import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RecordingOptions } from './recording-options.js';
import type { RecordingSegment } from './recording.js';

const MANIFEST = 'manifest.mpd';
const TIMESCALE = 90_000;

/** A static manifest with one representation of MPEG-TS segments, addressed in the way `options.format` names. */
export const writeDash = async (
  directory: string,
  segments: RecordingSegment[],
  options: RecordingOptions,
): Promise<string> => {
  const ticks = segments.map(({ durationSeconds }) => Math.round(durationSeconds * TIMESCALE));
  if (options.format !== 'dash-list') await renameFor(directory, segments, ticks, options);
  const totalSeconds = ticks.reduce((sum, value) => sum + value, 0) / TIMESCALE;
  const clock =
    options.startMs === undefined ? '' : ` availabilityStartTime="${new Date(options.startMs).toISOString()}"`;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:mp2t-simple:2011" type="static"${clock} mediaPresentationDuration="PT${totalSeconds.toFixed(3)}S" minBufferTime="PT2S">`,
    '  <Period id="1" start="PT0S">',
    '    <AdaptationSet mimeType="video/mp2t" contentType="video" segmentAlignment="true">',
    `      <Representation id="av" bandwidth="1000000" width="${options.widthPixels}" height="${options.heightPixels}" codecs="avc1.640028,mp4a.40.2">`,
    ...segmentInformation(segments, ticks, options.format).map((line) => `        ${line}`),
    '      </Representation>',
    '    </AdaptationSet>',
    '  </Period>',
    '</MPD>',
    '',
  ].join('\n');
  await writeFile(path.join(directory, MANIFEST), text);
  return MANIFEST;
};

const segmentInformation = (
  segments: RecordingSegment[],
  ticks: number[],
  format: RecordingOptions['format'],
): string[] => {
  const timeline = [
    '  <SegmentTimeline>',
    ...ticks.map((duration, index) => `    <S ${index === 0 ? 't="0" ' : ''}d="${duration}"/>`),
    '  </SegmentTimeline>',
  ];
  if (format === 'dash-list') {
    return [
      `<SegmentList timescale="${TIMESCALE}">`,
      ...timeline,
      ...segments.map(({ uri }) => `  <SegmentURL media="${uri}"/>`),
      '</SegmentList>',
    ];
  }
  const media = format === 'dash-time' ? 'time-$Time$.ts' : 'number-$Number%05d$.ts';
  return [
    `<SegmentTemplate timescale="${TIMESCALE}" media="${media}" startNumber="1">`,
    ...timeline,
    '</SegmentTemplate>',
  ];
};

const renameFor = async (
  directory: string,
  segments: RecordingSegment[],
  ticks: number[],
  { format }: RecordingOptions,
): Promise<void> => {
  let startTicks = 0;
  for (const [index, segment] of segments.entries()) {
    const uri = format === 'dash-time' ? `time-${startTicks}.ts` : `number-${String(index + 1).padStart(5, '0')}.ts`;
    if (!segment.isMissing) await rename(path.join(directory, segment.uri), path.join(directory, uri));
    segment.uri = uri;
    startTicks += ticks[index];
  }
};
