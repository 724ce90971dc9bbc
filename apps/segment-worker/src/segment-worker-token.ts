/** Injection token of the worker's configuration. */
export const SEGMENT_WORKER_CONFIG = Symbol('segment worker config');
