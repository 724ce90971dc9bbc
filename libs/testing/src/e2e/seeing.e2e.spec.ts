import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appNames } from '@clipfleet/local-stack';
import { makeRecording } from '../media/make-recording.js';
import { DEMO_START_MS } from '../media/recording-options.js';
import { testDirectory } from '../test-servers.js';
import { bodyOf, exportAt, finishedKey } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.fixture.js';

const DEADLINE_MS = 15_000;
let fleet: Fleet;
let receiver: OtlpReceiver;
let exportId: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  fleet = await openFleet({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    CLIPFLEET_LOG_LEVEL: 'info',
  });
  const playlist = await fleet.upload(fleet.fileStore, await makeRecording());
  const fields = {
    HiResFilePath: playlist,
    StartPos: DEMO_START_MS + 1000,
    Duration: 5000,
    media_type: 'mp4',
    export_type: 0,
  };
  exportId = (await exportAt(fleet, await finishedKey(fleet, bodyOf(fleet, fleet.fileStore, fields)))).id;
});
afterAll(async () => {
  await fleet?.close();
  await receiver?.close();
});

/** Spans that hang on no other of the trace. */
const rootsOf = (trace: readonly ReceivedSpan[]): ReceivedSpan[] => {
  const ids = new Set(trace.map((span) => span.spanId));
  return trace.filter((span) => !ids.has(span.parentSpanId));
};

/** The trace of the POST that made the export, once it has been sent whole. */
const traceOfExport = async (): Promise<ReceivedSpan[]> => {
  for (const deadlineMs = Date.now() + DEADLINE_MS; Date.now() < deadlineMs; await sleep(100)) {
    const planned = receiver.spans().find((span) => span.service === 'clipfleet-planner');
    const trace = receiver.spans().filter((span) => span.traceId === planned?.traceId);
    const isAssembled = trace.some((span) => span.name.includes('assemble') && span.service === 'clipfleet-gateway');
    // each process sends its spans in its own time: parents may come after their children
    if (isAssembled && rootsOf(trace).length === 1) return trace;
  }
  throw new Error(
    `no whole trace: ${receiver
      .spans()
      .map((span) => `${span.service} ${span.name}`)
      .join(', ')}`,
  );
};

describe('seeing an export', () => {
  it('is one trace from the POST over planner and worker to the completion', async () => {
    const trace = await traceOfExport();
    const names = new Set(trace.map((span) => `${span.service} ${span.name}`));
    const services = new Set(trace.map((span) => span.service));
    expect([...services].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'clipfleet-gateway',
      'clipfleet-planner',
      'clipfleet-segment-worker',
    ]);
    expect([...names].some((name) => /^clipfleet-gateway POST/.test(name))).toBe(true);
    expect(rootsOf(trace).map((span) => span.parentSpanId)).toEqual(['']);
  });

  it('is found in the logs of every process that worked on it, by its id', () => {
    const logs = (app: string): string => readFileSync(path.join(logDirectory(), logFileOf(app)), 'utf8');
    for (const app of ['gateway', 'planner', 'segment-worker']) {
      const lines = logs(app)
        .split('\n')
        .filter((line) => line.includes(exportId));
      expect({ app, count: lines.length }).not.toEqual({ app, count: 0 });
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ app, level: expect.any(Number) });
    }
  });

  it.each(appNames)('has %s tell its metrics, its health and its readiness', async (app) => {
    const { opsUrl } = fleet.app(app);
    const [metrics, health, ready] = await Promise.all(
      ['/metrics', '/healthz', '/readyz'].map(async (route) => {
        const response = await fetch(opsUrl + route);
        return { status: response.status, text: await response.text() };
      }),
    );
    expect([metrics.status, health.status, ready.status]).toEqual([200, 200, 200]);
    expect(metrics.text).toContain('clipfleet_worker_slots');
    expect(metrics.text).not.toContain(exportId);
  });

  it('counts the bytes of the output and the time it took', async () => {
    const segment = await (await fetch(`${fleet.app('segment-worker').opsUrl}/metrics`)).text();
    expect(segment).toMatch(/clipfleet_bytes_total\{path="worker"\} [1-9]/);
    expect(segment).toMatch(/clipfleet_task_duration_seconds_count\{kind="segment",outcome="done"\} 1/);
    const gateway = await (await fetch(`${fleet.app('gateway').opsUrl}/metrics`)).text();
    expect(gateway).toMatch(/clipfleet_export_duration_seconds_count\{container="mp4",outcome="completed"\} 1/);
    expect(gateway).toMatch(/clipfleet_plans_total\{strategy="remux-ranges"\} 1/);
    expect(gateway).toMatch(/clipfleet_http_request_duration_seconds_count\{[^}]*\/api\/resource\/v1\/i\/export/);
  });
});

const logDirectory = (): string => path.join(process.env['CLIPFLEET_E2E_LOGS'] ?? testDirectory(), 'logs');
const logFileOf = (app: string): string => `${fleet.app(app as (typeof appNames)[number]).name}.log`;
