import { ClipfleetError } from '@clipfleet/contracts';
import type { AssembledPart, Assembly, CompletedTask } from '@clipfleet/ledger';

/** The parts that completed tasks reported, as the store wants them: ascending, each number once. */
export const assemblyOf = (tasks: readonly CompletedTask[], first: readonly AssembledPart[] = []): Assembly => {
  const parts = [...first, ...tasks.flatMap((task) => task.result.parts)].toSorted(
    (left, right) => left.partNumber - right.partNumber,
  );
  const twice = parts.find((part, index) => index > 0 && parts[index - 1].partNumber === part.partNumber);
  if (twice || parts.length === 0) {
    const what = twice ? `part ${twice.partNumber} was reported by two tasks` : 'no part was reported';
    throw new ClipfleetError('internal', `The output cannot be joined: ${what}.`, { retryable: false });
  }
  return { parts, sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0) };
};
