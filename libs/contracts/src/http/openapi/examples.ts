import { jobAnswer, refusalAnswer } from '../export-api/answer.js';
import { mediaExample, thumbnailExample } from '../export-api/examples.js';
import type { NativeExportRequest } from '../native/export-request.js';
import type { ExportResource } from '../native/export-resource.js';
import { ClipfleetError } from '../../errors.js';
import { problemOf } from '../problem.js';

/** Every example is held against its schema by a test. */
export const exportApiRequestExamples = {
  ts: { summary: 'A ts by wall clock', value: mediaExample },
  mp4: {
    summary: 'An mp4, ten seconds from one minute after the recording’s start',
    value: { ...mediaExample, StartPos: 60_000, Duration: 10_000, media_type: 'mp4', is_cover: false },
  },
  thumbnail: { summary: 'A thumbnail of a live channel', value: thumbnailExample },
  json: {
    summary: 'A json (m3u8)',
    value: { ...mediaExample, export_type: 3, media_type: 'm3u8', project: 'pp', description: 'Z29hbA==' },
  },
};

const job = {
  container: 'ts' as const,
  destination: {
    key: '13effbb0b4874ad98be66654b291149a/CHANNEL/VIDEO/35f86d7cff0c427babd15fdfd860c007/CHANNELRECORDING2b_v2dv.ts',
  },
  retryAfterMs: 10_000,
};

export const exportApiAnswerExamples = {
  working: { summary: 'Working', value: jobAnswer({ ...job, state: 'running' }) },
  finished: { summary: 'Finished', value: jobAnswer({ ...job, state: 'completed' }) },
  failed: {
    summary: 'Failed',
    value: jobAnswer({
      ...job,
      state: 'failed',
      errorCode: 'segment-missing',
      errorMessage: 'CHANNEL/RECORDING/1/84.ts does not exist in ch-or-001',
    }),
  },
};

const refusal = (summary: string, error: ClipfleetError) => ({ summary, value: refusalAnswer(error) });
export const refusalExamples = {
  400: refusal('A field is wrong', new ClipfleetError('bad-parameter', 'Duration is missing (needed with FetchMedia)')),
  401: refusal('Unknown session', new ClipfleetError('unauthenticated', 'SessionId is not known')),
  403: refusal(
    'Not in the allow-list',
    new ClipfleetError('forbidden', 'storage_info: this tenant may not write to the bucket pp-va-001 there'),
  ),
  405: refusal('Wrong method', new ClipfleetError('method-not-allowed', 'only POST is accepted here, not GET')),
  413: refusal('Body too large', new ClipfleetError('body-too-large', 'body is larger than 262144 bytes')),
  415: refusal(
    'Not JSON',
    new ClipfleetError('unsupported-media-type', 'Content-Type must be application/json, not text/xml'),
  ),
  429: refusal(
    'Too many unfinished exports, or too many requests: Retry-After and TimeWait say when it is worth asking again',
    new ClipfleetError('too-many-requests', 'the tenant may send 1000 requests a second, ask again in 2 s', {
      details: { retryAfterMs: 2_000 },
    }),
  ),
};

export const nativeRequestExample: NativeExportRequest = {
  edit: {
    clips: [
      {
        source: { format: 'hls', locations: [{ storeId: 'main', bucket: 'recordings', key: 'channel/7/play.m3u8' }] },
        range: { kind: 'wall-clock', startEpochMs: 1_673_293_611_963, durationMs: 10_000 },
      },
    ],
  },
  output: { container: 'mp4', destination: { storeId: 'main', bucket: 'clips', key: 'channel/7/goal.mp4' } },
};

export const exportResourceExample: ExportResource = {
  id: '0197f3c2-8a51-7c3e-9d40-5b1e6f7a8c90',
  state: 'running',
  generation: 1,
  fingerprint: '978109aafd4a977c905fe15b87ec1ed9e6d2a61460d3d5663b154c11ef36efa8',
  container: 'mp4',
  destination: { storeId: 'main', bucket: 'clips', key: 'channel/7/goal.mp4' },
  progress: { doneBytes: 3_000_000, totalBytes: 6_000_000, ratio: 0.5 },
  retryAfterMs: 1000,
  createdAtMs: 1_673_300_000_000,
};

export const problemExample = problemOf(
  new ClipfleetError('bad-parameter', 'output.container is wrong: Invalid option', {
    details: { field: 'output.container' },
  }),
  'req-1f',
);
