import type { TaskReport } from '@clipfleet/contracts';
import { type MeasuredTrim, TsRebaser } from '@clipfleet/mpegts';
import { PartCutter, type TaskIo } from '@clipfleet/object-store';
import { clipsOfTask, type TsPart, type TsPartsTask } from '@clipfleet/timeline';
import { mediaFailure } from '../media-failure.js';
import { trimPieces, type TrimmedPieces } from './trim-pieces.js';

/** As writeTsParts, of an edit of several clips: each clip is cut by itself. */
export const writeTsClips = async (task: TsPartsTask, io: TaskIo): Promise<TaskReport> => {
  try {
    const cuts =
      task.equalPartBytes === undefined ? await writeEach(task, io) : await writeEqual(task, io, task.equalPartBytes);
    return { ...(await io.finish()), ...toReport(cuts), warnings: [] };
  } catch (error) {
    throw mediaFailure(error);
  }
};

/** Where each clip was cut, as far as it was. */
type Cuts = { clipIndex: number | undefined; cut: MeasuredTrim }[];

const toReport = (cuts: Cuts): Pick<TaskReport, 'cut' | 'clipCuts'> => {
  if (cuts.length === 0) return {};
  if (cuts[0].clipIndex === undefined) return { cut: Object.assign({}, ...cuts.map(({ cut }) => cut)) as MeasuredTrim };
  return { clipCuts: cuts.map(({ clipIndex, cut }) => ({ ...cut, clipIndex: clipIndex! })) };
};

const writeEach = async (task: TsPartsTask, io: TaskIo): Promise<Cuts> => {
  const all = sectionsOf(task);
  const cuts: Cuts = [];
  for (const part of task.parts) {
    const sections = within(all, part);
    if (part.method === 'store-copy') await io.copy(part);
    else if (sections.some(isCut)) cuts.push(...(await writeTrimmed(part, sections, io)));
    else await io.writeStream(part);
  }
  return cuts;
};

/** Pieces of one clip, with what of the clip's edges lies in them. */
interface Section extends TrimmedPieces {
  clipIndex: number | undefined;
}

const isCut = ({ trimStart, trimEnd }: Section): boolean => trimStart !== undefined || trimEnd !== undefined;

/** All of a task, by clip. */
const sectionsOf = (task: TsPartsTask): Section[] => {
  const pieces = task.parts.flatMap((part) => part.pieces);
  return clipsOfTask(task, pieces).map(({ clip: { clipIndex, lead, trimStart, trimEnd }, pieces: own }) => ({
    ...{ clipIndex, lead, pieces: own },
    ...(trimStart && { trimStart }),
    ...(trimEnd && { trimEnd }),
  }));
};

/** What of them lies in a part. */
const within = (sections: readonly Section[], part: TsPart): Section[] => {
  const inPart = new Set(part.pieces);
  return sections.flatMap(({ clipIndex, lead, pieces, trimStart, trimEnd }) => {
    const own = pieces.filter((piece) => inPart.has(piece));
    if (own.length === 0) return [];
    const start = own[0] === pieces[0] ? trimStart : undefined;
    const end = own.at(-1) === pieces.at(-1) ? trimEnd : undefined;
    const section = { clipIndex, lead: start ? lead : [], pieces: own, ...(start && { trimStart: start }) };
    if (!end) return [section];
    if (start) return [{ ...section, trimEnd: end }];
    // what comes before may begin within a packet, where a copied part has ended
    const before = own.slice(0, -1);
    return [
      ...(before.length > 0 ? [{ ...section, pieces: before }] : []),
      { ...section, pieces: own.slice(-1), trimEnd: end },
    ];
  });
};

/** The size of a trimmed part is known only when it is made: it is held, at most as large as a streamed part is planned. */
const writeTrimmed = async (part: TsPart, sections: readonly Section[], io: TaskIo): Promise<Cuts> => {
  const chunks: Uint8Array[] = [];
  const cuts: Cuts = [];
  for (const section of sections) {
    if (!isCut(section))
      for (const piece of section.pieces) for await (const chunk of io.read(piece)) chunks.push(chunk);
    else cuts.push(...(await trimSections([section], io, async (trimmed) => void chunks.push(...trimmed))));
  }
  await io.write(part.partNumber, chunks);
  return cuts;
};

/** The whole output as one stream, cut wherever a part is full. */
const writeEqual = async (task: TsPartsTask, io: TaskIo, partBytes: number): Promise<Cuts> => {
  const cutter = new PartCutter(partBytes, { foldRemainder: false });
  let partNumber = 1;
  const take = async (chunks: Uint8Array[]): Promise<void> => {
    for (const chunk of chunks) for (const part of cutter.push(chunk)) await io.write(partNumber++, part);
  };
  const rebaser = task.clean === true ? new TsRebaser() : undefined;
  const cuts = await trimSections(sectionsOf(task), io, take, rebaser);
  if (rebaser !== undefined) await take([rebaser.flush()]);
  const last = cutter.finish();
  if (last) await io.write(partNumber, last);
  return cuts;
};

/** `rebaser`: what comes out has one clock and one row of continuity counters. */
const trimSections = async (
  sections: readonly Section[],
  io: TaskIo,
  take: (chunks: Uint8Array[]) => Promise<void>,
  rebaser?: TsRebaser,
): Promise<Cuts> => {
  const cuts: Cuts = [];
  for (const [index, section] of sections.entries()) {
    if (index > 0 && rebaser !== undefined) await take([rebaser.startRun()]);
    cuts.push({ clipIndex: section.clipIndex, cut: (await trimPieces(section, io, take, rebaser)).measured });
  }
  return cuts;
};
