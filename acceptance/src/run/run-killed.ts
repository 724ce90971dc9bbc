import pLimit from 'p-limit';
import type { AcceptanceFleet } from '../fleet/acceptance-fleet.js';
import type { CaseResult } from './case.js';
import { type KindOnTrial, sha256Of } from './run-kind.js';
import { WorkerKiller } from './worker-killer.js';

const AT_ONCE = 9;

export interface KilledResult {
  kindName: string;
  killCount: number;
  exportCount: number;
  /** One for each export that did not end with the bytes it had undisturbed. */
  problems: string[];
}

/** The exports of a kind once more while workers die: every file has to have the same bytes as undisturbed. */
export const runKilled = async (
  fleet: AcceptanceFleet,
  trial: KindOnTrial,
  undisturbed: readonly CaseResult[],
  random: () => number,
): Promise<KilledResult> => {
  const limit = pLimit(AT_ONCE);
  const comparable = undisturbed.filter(({ sha256 }) => sha256 !== '');
  const killer = new WorkerKiller(fleet.workers, random);
  try {
    const problems = await Promise.all(comparable.map((each) => limit(() => again(fleet, trial, each))));
    return {
      ...{ kindName: trial.kind.name, killCount: killer.killCount, exportCount: comparable.length },
      problems: problems.filter((problem) => problem !== undefined),
    };
  } finally {
    await killer.stop();
  }
};

const again = async (fleet: AcceptanceFleet, trial: KindOnTrial, each: CaseResult): Promise<string | undefined> => {
  const what = `${each.container}, ${each.shape}, ${each.segmentsPerRange} a range`;
  try {
    const { file, key } = await fleet.make(trial.orderOf(each));
    const isSame = (await sha256Of(file)) === each.sha256;
    await fleet.remove(key);
    return isSame ? undefined : `${what}: other bytes`;
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
};
