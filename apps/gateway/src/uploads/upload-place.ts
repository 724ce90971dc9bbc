import type { ObjectRef, PlanSummary } from '@clipfleet/timeline';

/** Where the tasks' parts become an object: the destination, or one beside it that the destination names. */
export const uploadPlace = (destination: ObjectRef, plan: Pick<PlanSummary, 'uploadKey'> | null): ObjectRef => ({
  ...destination,
  key: plan?.uploadKey ?? destination.key,
});
