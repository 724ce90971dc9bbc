import { z } from 'zod';

/** Additive changes keep the version; a change that an old reader would misread makes a new one. */
export const versioned = <K extends string>(kind: K) => ({ kind: z.literal(kind), version: z.literal(1) });

/** Which run of which export a message belongs to. A re-driven export has a new generation: older messages change nothing. */
export const exportHeader = {
  exportId: z.uuid(),
  generation: z.number().int().min(1),
};
