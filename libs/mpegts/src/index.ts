export * from './sample.js';
export { MpegtsError, type MpegtsErrorCode } from './mpegts-error.js';
export type { TsWarning, TsWarningCode } from './warning-log.js';
export type { SampleSink } from './demux/es-framer.js';
export { TsDemuxer, type TsDemuxerOptions } from './demux/ts-demuxer.js';
export type { TsProgram, TsStream } from './psi/program.js';
export type { StreamKind } from './psi/stream-kind.js';
export { unwrapTicks } from './es/timestamp.js';
