import { eventSubject, workSubject } from '@clipfleet/contracts';

/** Messages of each subject that one gateway handles at once. Counting a completed task is one statement, an assembly is work. */
export const consumedSubjects = (concurrency: number): Record<string, number> => ({
  [eventSubject.exportPlanned]: concurrency,
  [eventSubject.exportExtended]: concurrency,
  [eventSubject.taskCompleted]: concurrency * 2,
  [eventSubject.attemptFailed]: concurrency,
  [eventSubject.workReturned]: concurrency,
  [workSubject.assemble]: concurrency,
  [workSubject.cleanup]: concurrency,
});
