export * from './ticks.js';
export * from './edit/edit.js';
export * from './edit/output.js';
export * from './plan/piece.js';
export * from './plan/task.js';
export * from './plan/plan.js';
