export * from './work-outcome.js';
export * from './work-context.js';
