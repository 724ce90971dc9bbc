import type { TaskIo } from '@clipfleet/object-store';
import type { TsPart, TsPartsTask } from '@clipfleet/timeline';
import { trimPieces } from './trim-pieces.js';
import { type ClipCuts, isCut, type Section, sectionsOf, within } from './ts-sections.js';

/** The parts of an edit of several clips: each clip is cut by itself. */
export const writeTsClips = async (task: TsPartsTask, io: TaskIo): Promise<ClipCuts> => {
  const all = sectionsOf(task);
  const cuts: ClipCuts = [];
  for (const part of task.parts) {
    const sections = within(all, part);
    if (part.method === 'store-copy') await io.copy(part);
    else if (sections.some(isCut)) cuts.push(...(await writeTrimmed(part, sections, io)));
    else await io.writeStream(part);
  }
  return cuts;
};

/** The size of a trimmed part is known only when it is made: it is held, at most as large as a streamed part is planned. */
const writeTrimmed = async (part: TsPart, sections: readonly Section[], io: TaskIo): Promise<ClipCuts> => {
  const chunks: Uint8Array[] = [];
  const cuts: ClipCuts = [];
  for (const section of sections) {
    const { pieces, clipIndex } = section;
    if (!isCut(section)) for (const piece of pieces) for await (const chunk of io.read(piece)) chunks.push(chunk);
    else {
      const { measured } = await trimPieces(section, io, async (trimmed) => void chunks.push(...trimmed));
      cuts.push({ clipIndex, cut: measured });
    }
  }
  await io.write(part.partNumber, chunks);
  return cuts;
};
