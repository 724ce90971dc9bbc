import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { appNames, type AppName, waitUntil } from '@clipfleet/local-stack';
import { type OtlpReceiver, type Standby, startOtlpReceiver, startStandby } from '@clipfleet/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dashboards } from '../dashboards/dashboards.js';
import { findPrometheus } from '../prometheus/prometheus-binaries.js';
import { describeWithTool } from '@clipfleet/testing';
import { type LiveFleet, openLiveFleet } from './live-fleet.fixture.js';
import { type LivePrometheus, startLivePrometheus } from './prometheus.fixture.js';

/** What the panels ask, without Grafana's variables. */
const panelQueries = dashboards.flatMap(({ uid, rows }) =>
  rows
    .flatMap(({ panels }) => panels)
    .flatMap(({ title, queries }) =>
      queries.map(({ expr }) => ({ panel: `${uid}: ${title}`, expr: expr.replaceAll(/\$(tenant_)?kind/g, '.*') })),
    ),
);

const copy = { container: 'ts', codec: { kind: 'copy' } } as const;
const encode = { container: 'mp4', codec: { kind: 'transcode', profile: 'default' } } as const;

describeWithTool(
  () => findPrometheus('prometheus'),
  'a Prometheus that scrapes a fleet at work',
  (binary) => {
    let stateDirectory: string;
    let fleet: LiveFleet;
    let standby: Standby;
    let receiver: OtlpReceiver;
    let prometheus: LivePrometheus;
    beforeAll(async () => {
      stateDirectory = await mkdtemp(path.join(tmpdir(), 'clipfleet-live-'));
      receiver = await startOtlpReceiver();
      fleet = await openLiveFleet(stateDirectory, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        // it is not the machine that is looked at
        CLIPFLEET_EXPORT_SLO_MS: '600000',
      });
      standby = await startStandby(fleet.stack.postgres);
      const targets = Object.fromEntries(appNames.map((app) => [app, fleet.stack.app(app).opsUrl]));
      prometheus = await startLivePrometheus({ binary, stateDirectory, targets: targets as Record<AppName, string> });
    });
    afterAll(async () => {
      await prometheus?.stop();
      await standby?.stop();
      await fleet?.close();
      await receiver?.close();
      await rm(stateDirectory, { recursive: true, force: true });
    });

    const withoutNumbers = async (): Promise<string[]> => {
      const answers = await Promise.all(
        panelQueries.map(async ({ panel, expr }) => {
          const samples = await prometheus.query(expr);
          return samples.some(({ value }) => Number.isFinite(Number(value[1]))) ? undefined : `${panel}: ${expr}`;
        }),
      );
      return answers.filter((answer) => answer !== undefined);
    };

    it('has a number for every query of every panel', async () => {
      let missing: string[] = [];
      // twice and more: a rate is seen between scrapes
      const seen = async (): Promise<boolean> => {
        expect(await fleet.make(copy)).toBe('completed');
        expect(await fleet.make(encode)).toBe('completed');
        expect(await fleet.make(copy, 'not-there.m3u8')).toBe('failed');
        missing = await withoutNumbers();
        return missing.length === 0;
      };
      await waitUntil(seen, { timeoutMs: 150_000, everyMs: 1_500, what: 'all panels to have numbers' }).catch(
        () => undefined,
      );
      expect(missing).toEqual([]);
    });

    it('evaluates every rule, and no alert is about to fire that should not', async () => {
      const rules = await prometheus.rules();
      expect(rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => [name, lastError])).toEqual([]);
      const recorded = rules.filter(({ type }) => type === 'recording').map(({ name }) => name);
      const empty = await Promise.all(
        recorded.map(async (name) => ((await prometheus.query(name)).length > 0 ? [] : [name])),
      );
      expect(empty.flat()).toEqual([]);
      const active = rules.filter(({ state }) => state !== undefined && state !== 'inactive').map(({ name }) => name);
      // a third of the exports failed, of a playlist that is not there
      expect(active).toEqual([]);
    });

    it.each([
      'http_request_duration_seconds',
      'queue_wait_seconds',
      'task_duration_seconds',
      'store_request_duration_seconds',
      'export_duration_seconds',
      'transcode_speed_ratio',
    ])('is told by %s which traces to look at, and they are there', async (name) => {
      const isThere = async (): Promise<boolean> => {
        const traces = new Set(receiver.spans().map(({ traceId }) => traceId));
        const series = await prometheus.exemplars(`clipfleet_${name}_bucket`);
        const named = series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id']));
        return named.length > 0 && named.every((traceId) => traces.has(traceId));
      };
      await waitUntil(isThere, { timeoutMs: 60_000, everyMs: 500, what: `exemplars of ${name} with their traces` });
    });
  },
);
