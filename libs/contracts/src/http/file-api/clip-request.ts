import { secondsToTicks, type UnitRange } from '@clipfleet/timeline';
import { oneFieldError } from '../field-problem.js';
import { type EditOutput, readEditOutput } from './concat-request.js';
import { type MediaTarget, readFileId, readMediaTarget } from './media-target.js';

const MAX_PAIRS = 200;
const MAX_SECONDS = 1e9;

export interface ClipRequest {
  target: MediaTarget;
  playlistId: string;
  /** Half-open, in order and apart: indexes of segments where `byIndex`, else ticks. Absent: all. */
  include?: UnitRange[];
  exclude?: UnitRange[];
  byIndex: boolean;
  /** How close a cut in seconds is: at segments, or where it was asked for. */
  accuracy: 'segment' | 'exact';
  output: EditOutput;
}

/** Throws `bad-parameter`, `not-found`. */
export const readClipRequest = (body: Record<string, unknown>): ClipRequest => {
  const { m3u8, index, accuracy = 'segment' } = body;
  const byIndex = index ?? false;
  if (typeof byIndex !== 'boolean') throw oneFieldError('index', 'must be true or false');
  if (accuracy !== 'segment' && accuracy !== 'exact') throw oneFieldError('accuracy', 'must be segment or exact');
  if (accuracy === 'exact' && byIndex) throw oneFieldError('accuracy', 'exact contradicts index, which names segments');
  const output = readEditOutput(body);
  return {
    ...{ target: readMediaTarget(body), byIndex, accuracy, output },
    ...readPairs(body, 'include', byIndex),
    ...readPairs(body, 'exclude', byIndex),
    playlistId: readFileId(m3u8, 'm3u8'),
  };
};

/** One pair, or a list of pairs. Absent and null: none. */
const readPairs = (
  body: Record<string, unknown>,
  field: 'include' | 'exclude',
  byIndex: boolean,
): Partial<Record<typeof field, UnitRange[]>> => {
  const given = body[field];
  if (given === undefined || given === null) return {};
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_PAIRS)
    throw oneFieldError(field, `must be a pair of numbers, or a list of 1 to ${MAX_PAIRS} pairs`);
  const isPair = given.every((member) => !Array.isArray(member));
  const pairs = isPair ? [{ name: field, pair: given }] : given.map((pair, at) => ({ name: `${field}.${at}`, pair }));
  const ranges = pairs.map(({ name, pair }) => ({ name, ...readPair(name, pair, byIndex) }));
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  ranges.forEach(({ name, start }, at) => {
    if (at > 0 && start < ranges[at - 1].end) throw oneFieldError(name, `overlaps ${ranges[at - 1].name}`);
  });
  return { [field]: ranges.map(({ start, end }) => ({ start, end })) };
};

const readPair = (name: string, pair: unknown, byIndex: boolean): UnitRange => {
  if (!Array.isArray(pair) || pair.length !== 2) throw oneFieldError(name, 'must be a pair of numbers');
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= MAX_SECONDS && (!byIndex || Number.isInteger(value));
  const [start, end]: unknown[] = pair;
  if (!isNumber(start) || !isNumber(end))
    throw oneFieldError(name, `must have two ${byIndex ? 'numbers of segments, counted from 0' : 'times in seconds'}`);
  if (end < start) throw oneFieldError(name, `is reversed: ${end} is before ${start}`);
  if (byIndex) return { start, end: end + 1 };
  const ticks = { start: secondsToTicks(start), end: secondsToTicks(end) };
  if (ticks.end === ticks.start) throw oneFieldError(name, 'is empty: it begins where it ends');
  return ticks;
};
