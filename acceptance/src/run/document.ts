import type { Kind } from '../kinds/kind.js';
import { allCases, type CaseResult, casesOfKind, containers, rangeSizes, shapes } from './case.js';
import type { LargeResult } from './large.js';
import type { KilledResult } from './run-killed.js';
import type { RefusalResult } from './run-refusal.js';
import type { Results } from './saved-results.js';

export interface AcceptanceRun {
  /** What it ran on, a line. */
  machine: string;
  kinds: readonly Kind[];
  results: Results;
  large?: LargeResult;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const grouped = (count: number): string => count.toLocaleString('en-US');

/** `✓`: at every size; else the segments a range at which it is, and those at which it is not. */
const cellOf = (results: readonly CaseResult[]): string => {
  if (results.length === 0) return '–';
  const failed = results.filter(({ problem }) => problem !== undefined);
  if (failed.length > 0) return `✗ ${failed.map(({ segmentsPerRange }) => segmentsPerRange).join(', ')}`;
  const isAll = rangeSizes.every((size) => results.some(({ segmentsPerRange }) => segmentsPerRange === size));
  return isAll ? '✓' : `✓ ${results.map(({ segmentsPerRange }) => segmentsPerRange).join(', ')}`;
};

const matrix = ({ kinds, results: { cases, killed } }: AcceptanceRun): string => {
  const columns = containers.flatMap((container) => shapes.map((shape) => ({ container, shape })));
  const reasons = [...new Set(kinds.flatMap(({ exceptions }) => exceptions?.reason ?? []))];
  const rows = kinds.map((kind) => {
    const mine = cases.filter(({ kindName }) => kindName === kind.name);
    const sum = (count: (result: CaseResult) => number): string =>
      grouped(mine.reduce((all, each) => all + count(each), 0));
    const note = kind.exceptions ? ` [${reasons.indexOf(kind.exceptions.reason) + 1}]` : '';
    return [
      kind.name + note,
      ...columns.map(({ container, shape }) =>
        cellOf(mine.filter((each) => each.container === container && each.shape === shape)),
      ),
      ...[sum(({ packetCount }) => packetCount), sum(({ frameCount }) => frameCount)],
      killedCell(killed.find(({ kindName }) => kindName === kind.name)),
    ];
  });
  const head = ['recording', ...columns.map(({ container, shape }) => `${container} ${shape}`)];
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}.`);
  return [table([...head, 'packets', 'pictures', 'killed'], rows), '', ...notes].join('\n');
};

const killedCell = (result: KilledResult | undefined): string => {
  if (!result) return '–';
  const { exportCount, killCount, problems } = result;
  return `${problems.length === 0 ? '✓' : '✗'} ${exportCount - problems.length}/${exportCount}, ${killCount} kills`;
};

const problemList = ({ results: { cases, killed, refusals } }: AcceptanceRun): string => {
  const lines = [
    ...cases.flatMap(({ kindName, container, shape, segmentsPerRange, problem }) =>
      problem === undefined ? [] : `${kindName}, ${container}, ${shape}, ${segmentsPerRange} a range: ${problem}`,
    ),
    ...killed.flatMap(({ kindName, problems }) => problems.map((problem) => `${kindName}, killed: ${problem}`)),
    ...refusals.flatMap(({ name, problem }) => (problem === undefined ? [] : `${name}: ${problem}`)),
  ];
  return lines.length === 0 ? 'None.' : lines.map((line) => `- ${line.split('\n')[0].slice(0, 300)}`).join('\n');
};

/** What of the whole table no run has made. */
const missingList = ({ kinds, results }: AcceptanceRun): string => {
  const lines = kinds.flatMap((kind) => {
    const { name } = kind;
    const all = casesOfKind(kind, allCases());
    const made = results.cases.filter(({ kindName }) => kindName === name);
    const left = all.length - made.length;
    return [
      ...(left > 0 ? [`${name}: ${left} of ${all.length} exports`] : []),
      ...(results.killed.some(({ kindName }) => kindName === name) ? [] : [`${name}: under kills`]),
    ];
  });
  return lines.length === 0 ? 'Nothing.' : lines.map((line) => `- ${line}`).join('\n');
};

const refusalTable = (refusals: readonly RefusalResult[]): string =>
  table(
    ['recording', 'refused by name', 'answer'],
    refusals.map(({ name, answer, problem }) => [name, problem === undefined ? '✓' : '✗', answer]),
  );

const largeText = (large: LargeResult): string =>
  table(
    ['check', 'result'],
    large.facts.map(({ what, found, isWrong }) => [what, `${isWrong ? '✗ ' : ''}${found}`]),
  );

const LARGE_TITLE = '## More than 4 GiB';
const NOT_MADE = 'Not made in this run (`--large`).';

const tableDocument = (run: AcceptanceRun): string => `# Acceptance

Made by ${[...new Set(run.results.commands)].map((command) => `\`${command}\``).join(', ')}; do not edit. ${run.machine}, ${run.results.minutes} minutes.

Every file is made by a running fleet (gateway, planner, two segment workers, a transcode worker, over Postgres, NATS and the file
store) through the native API, from a generated recording, and held against what **one ffmpeg** makes of the same playlist.
✓: at ${rangeSizes.join(', ')} segments a range, or at those that are named; –: not made. A segment is filled up with null packets until that many are a range of 14 MiB; the
number of ranges is looked up in the ledger.

- *start*: all of the recording. *middle*: whole segments from one in the middle on. Both: each packet's pts, dts, duration, size,
  key flag and sha256 equal \`ffmpeg -i playlist -map 0:v -map 0:a -c copy\`'s. Of a ts, times may all be shifted by one amount, and
  an audio time between two stamps may be a tick off: each reader rounds it.
  ffmpeg leaves parameter sets of HEVC in the samples of an mp4 or mov: they are taken out of its packets (and of nothing of ours)
  before they are compared, since ours have them in the sample entry alone, as \`hvc1\` asks.
- *cut*: mp4 and mov show exactly the source's pictures with in ≤ pts < out, at their times; a ts shows them from the keyframe
  before, and at most two more that earlier ones need; of each audio track it has the frames of that time, whole, and no others.
- All: \`ffmpeg -v error -i FILE -f null -\` prints nothing.
- Not compared here: pictures coded as two fields (PAFF). Both fields are one sample of an mp4 or mov, where ffmpeg's copy has two
  packets.
- *killed*: the exports at one of these sizes (by turns) once more while workers are killed by SIGKILL, one after the other: the same
  sha256.

${matrix(run)}

## Not as it should be

${problemList(run)}

## Not made

${missingList(run)}

## Refused before any work

${refusalTable(run.results.refusals)}
`;

/** docs/acceptance.md. What this run has not made stays as it stood in the document `before`. */
export const documentOf = (run: AcceptanceRun, before = ''): string => {
  const border = before.indexOf(LARGE_TITLE);
  const [oldTable, oldLarge] = border < 0 ? [before, ''] : [before.slice(0, border), before.slice(border)];
  const newLarge = `${LARGE_TITLE}\n\n${run.large ? largeText(run.large) : NOT_MADE}\n`;
  const table = run.kinds.length === 0 && oldTable !== '' ? oldTable.trimEnd() : tableDocument(run).trimEnd();
  return `${table}\n\n${run.large === undefined && oldLarge !== '' ? oldLarge : newLarge}`;
};
