export * from './isobmff-error.js';
export { boxBytes, type BoxView, childBoxes, findBox, requireBox, requireTopBox, topBoxes } from './box/box-view.js';
export { MDAT_HEADER_BYTES } from './boxes/mdat.js';
export { EMPTY_EDIT, type Edit } from './boxes/elst.js';
export { type MovieContainer } from './entry/sample-entry.js';
export { readMovie, type ReadMovie, type ReadTrack } from './movie/read-movie.js';
export { type EditTrim, trimEditList } from './edit/trim-edit-list.js';
export { CutSelector, type CutSelectorOptions, type MeasuredCut } from './cut/cut-selector.js';
export { type CutPoint, type SelectedSample, type SelectionMode } from './cut/select.js';
export { type ShownWindow } from './cut/shown-window.js';
export { type RangeEnd, RangeWriter } from './range/range-writer.js';
export { sortedDecodingTimes } from './range/sorted-decoding-times.js';
export { type RangeReport, type RangeSpan, type SpanColumns } from './report/range-report.js';
export { encodeRangeReport, encodeRangeReports } from './report/encode-report.js';
export { decodeRangeReport, decodeRangeReports } from './report/decode-report.js';
export {
  type MergedHeader,
  type MergedTrack,
  type MergeOptions,
  mergeRanges,
  type MergeWarningCode,
} from './merge/merge-ranges.js';
export {
  MIN_PART_BYTES,
  PartSplitter,
  type PartSplitterOptions,
  type SplitEnd,
  type SplitPart,
} from './parts/part-splitter.js';
export { type EdgeFrame, type EdgeJob } from './smart/edge-job.js';
export { SmartCutter, type SmartCutterOptions, type SmartStep } from './smart/smart-cutter.js';
