import type { ClipRange, Container, CutMode } from '@clipfleet/timeline';
import { type FieldProblem, fieldError } from '../field-problem.js';
import { EPOCH_MS_FROM, type ExportApiFields, MAX_EPOCH_MS } from './fields.js';

/** What the fields ask for together, before any storage is looked at. */
export interface RequestedOutput {
  container: Extract<Container, 'ts' | 'mp4' | 'mov' | 'image' | 'playlist-json' | 'playlist-jwe'>;
  cutMode: CutMode;
  range: ClipRange;
  format: 'hls' | 'dash';
  playlistPath: string;
  /** FileName and suffix. */
  objectName: string;
}

const MISSING = 'is missing';

/** Contradictions and what is missing, then what is meant. Throws one `bad-parameter` that names all of it. */
export const readRequestedOutput = (fields: ExportApiFields): RequestedOutput => {
  const problems = [...kindProblems(fields), ...sourceProblems(fields), ...commonProblems(fields)];
  if (fields.FetchThumb !== fields.FetchMedia) {
    problems.push(...(fields.FetchThumb ? thumbnailProblems(fields) : mediaProblems(fields)));
  }
  if (problems.length > 0) throw fieldError(problems);
  const container = containerOf(fields);
  return {
    container,
    cutMode: cutModes[container],
    range: fields.FetchThumb ? thumbnailRange(fields) : mediaRange(fields),
    format: fields.LivePath === undefined ? 'hls' : 'dash',
    playlistPath: (fields.LivePath ?? fields.HiResFilePath) as string,
    objectName: objectNameOf(fields, container),
  };
};

const kindProblems = ({ FetchThumb, FetchMedia }: ExportApiFields): FieldProblem[] => {
  if (FetchThumb && FetchMedia)
    return [{ field: 'FetchThumb', message: 'and FetchMedia exclude each other; both are true' }];
  if (!FetchThumb && !FetchMedia)
    return [{ field: 'FetchMedia', message: 'or FetchThumb must be true; both are false' }];
  return [];
};

const sourceProblems = ({ LivePath, HiResFilePath }: ExportApiFields): FieldProblem[] => {
  if (LivePath !== undefined && HiResFilePath !== undefined)
    return [{ field: 'LivePath', message: 'and HiResFilePath exclude each other; both are given' }];
  if (LivePath === undefined && HiResFilePath === undefined)
    return [{ field: 'HiResFilePath', message: 'or LivePath is needed; both are missing' }];
  return [];
};

const commonProblems = (fields: ExportApiFields): FieldProblem[] =>
  (['FileName', 'storage_info'] as const)
    .filter((field) => fields[field] === undefined)
    .map((field) => ({ field, message: MISSING }));

const thumbnailProblems = ({ StartTime, export_type }: ExportApiFields): FieldProblem[] => [
  ...(StartTime === undefined ? [{ field: 'StartTime', message: 'is missing (needed with FetchThumb)' }] : []),
  ...(export_type !== 0 ? [{ field: 'export_type', message: `${export_type} contradicts FetchThumb` }] : []),
];

const mediaProblems = (fields: ExportApiFields): FieldProblem[] => {
  const { StartPos, Offset, Duration } = fields;
  const problems: FieldProblem[] = [];
  if (StartPos === undefined) problems.push({ field: 'StartPos', message: 'is missing (needed with FetchMedia)' });
  else if (StartPos + Offset < 0)
    problems.push({ field: 'Offset', message: 'leads before the start: StartPos + Offset is negative' });
  else if (StartPos + Offset > MAX_EPOCH_MS)
    problems.push({ field: 'Offset', message: `leads beyond ${MAX_EPOCH_MS}: StartPos + Offset is too large` });
  if (Duration === undefined) problems.push({ field: 'Duration', message: 'is missing (needed with FetchMedia)' });
  return [...problems, ...mediaTypeProblems(fields)];
};

const mediaTypeProblems = ({ export_type, media_type }: ExportApiFields): FieldProblem[] => {
  const problem = (message: string): FieldProblem[] => [{ field: 'media_type', message }];
  if (export_type !== 0)
    return media_type === undefined || media_type === 'm3u8'
      ? []
      : problem(`${media_type} contradicts export_type ${export_type}, which makes m3u8`);
  if (media_type === undefined) return problem('is missing (needed with FetchMedia and export_type 0)');
  return media_type === 'm3u8' ? problem('m3u8 contradicts export_type 0; it needs export_type 3 or 4') : [];
};

const containerOf = ({ FetchThumb, export_type, media_type }: ExportApiFields): RequestedOutput['container'] => {
  if (FetchThumb) return 'image';
  if (export_type === 3) return 'playlist-json';
  if (export_type === 4) return 'playlist-jwe';
  return media_type === 'movm' ? 'mov' : (media_type as 'ts' | 'mp4' | 'mov');
};

/** DESIGN of the cut: ts starts at the keyframe at or before the start; mp4 and mov hide the pre-roll with an edit list. */
const cutModes: Record<RequestedOutput['container'], CutMode> = {
  ts: 'keyframe',
  mp4: 'exact',
  mov: 'exact',
  image: 'exact',
  'playlist-json': 'segment',
  'playlist-jwe': 'segment',
};

const suffixes: Record<Exclude<RequestedOutput['container'], 'image'>, string> = {
  ts: '.ts',
  mp4: '.mp4',
  mov: '.mov',
  'playlist-json': '.json',
  'playlist-jwe': '.tvu',
};

const objectNameOf = (fields: ExportApiFields, container: RequestedOutput['container']): string =>
  container === 'image'
    ? `${fields.FileName}_${fields.StartTime?.replaceAll(':', '-')}.jpg`
    : `${fields.FileName}${suffixes[container]}`;

const mediaRange = ({ StartPos = 0, Offset, Duration = 0 }: ExportApiFields): ClipRange => {
  const startMs = StartPos + Offset;
  return startMs >= EPOCH_MS_FROM
    ? { kind: 'wall-clock', startEpochMs: startMs, durationMs: Duration }
    : { kind: 'from-start', startMs, durationMs: Duration };
};

/** A still is the frame shown at an instant; ranges are never empty, so it lasts the least there is. */
const thumbnailRange = ({ StartTime = '' }: ExportApiFields): ClipRange => {
  const [hours, minutes, seconds] = StartTime.split(':').map(Number);
  return { kind: 'from-start', startMs: ((hours * 60 + minutes) * 60 + seconds) * 1000, durationMs: 1 };
};
