/** See the state machine in `export.repository.ts`. */
export const exportStates = [
  'queued',
  'planning',
  'running',
  'assembling',
  'completed',
  'failed',
  'cancelled',
] as const;
export type ExportState = (typeof exportStates)[number];

export const endedStates = ['completed', 'failed', 'cancelled'] as const satisfies ExportState[];
export type EndedState = (typeof endedStates)[number];

export const isEnded = (state: ExportState): state is EndedState => (endedStates as readonly string[]).includes(state);
