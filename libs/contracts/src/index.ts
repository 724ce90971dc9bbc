export * from './errors.js';
export * from './subjects.js';
export * from './messages/header.js';
export * from './messages/work.js';
export * from './messages/events.js';
export * from './messages/live.js';
export * from './messages/ended.js';
