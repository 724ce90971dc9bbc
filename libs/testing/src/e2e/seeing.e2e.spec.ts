import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appNames } from '@clipfleet/local-stack';
import { makeRecording } from '../media/make-recording.js';
import { DEMO_START_MS } from '../media/recording-options.js';
import { testDirectory } from '../test-servers.js';
import { bodyOf, exportAt, finishedKey } from './export-client.fixture.js';
import { type Fleet, openFleet } from './fleet.fixture.js';

let fleet: Fleet;
let exportId: string;

beforeAll(async () => {
  fleet = await openFleet({ CLIPFLEET_LOG_LEVEL: 'info' });
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
});

describe('seeing an export', () => {
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
    expect(gateway).toMatch(
      /clipfleet_export_duration_seconds_count\{tenant_kind="standard",container="mp4",outcome="completed"\} 1/,
    );
    expect(gateway).toMatch(/clipfleet_plans_total\{strategy="remux-ranges"\} 1/);
    expect(gateway).toMatch(/clipfleet_http_request_duration_seconds_count\{[^}]*\/api\/resource\/v1\/i\/export/);
  });
});

const logDirectory = (): string => path.join(process.env['CLIPFLEET_E2E_LOGS'] ?? testDirectory(), 'logs');
const logFileOf = (app: string): string => `${fleet.app(app as (typeof appNames)[number]).name}.log`;
