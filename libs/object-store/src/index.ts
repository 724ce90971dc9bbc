export * from './object-store.js';
export * from './object-store-error.js';
export * from './failures.js';
export * from './pieces/resuming-read.js';
export * from './pieces/piece-reader.js';
export * from './parts/part-writer.js';
export * from './parts/part-cutter.js';
