import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@clipfleet/local-stack';
import { describeRealS3 } from '../describe-real-s3.js';
import { makeRecording } from '../media/make-recording.js';
import { type OtlpReceiver, type ReceivedSpan, SPAN_KIND, startOtlpReceiver } from '../otlp-receiver.js';
import { nativeRequest, submit, untilExport } from './export-client.fixture.js';
import { type Fleet, type FleetStore, openFleet } from './fleet.fixture.js';

let fleet: Fleet;
let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  fleet = await openFleet({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
});
afterAll(async () => {
  await fleet?.close();
  await receiver?.close();
});

const copy = { container: 'mp4', codec: { kind: 'copy' } } as const;
const encode = { container: 'mp4', codec: { kind: 'transcode', profile: 'default' } } as const;
const range = { kind: 'from-start', startMs: 1_000, durationMs: 5_000 } as const;

/** The traces that speak of an export. */
const tracesOf = (exportId: string): Set<string> => {
  const spans = receiver.spans().filter(({ attributes }) => attributes['clipfleet.export_id'] === exportId);
  return new Set(spans.map(({ traceId }) => traceId));
};

/** The one trace of an export, when all of it is here: processes send in their own time, parents later than their children. */
const traceOf = (exportId: string): Promise<ReceivedSpan[]> =>
  waitUntil(
    () => {
      const [traceId] = tracesOf(exportId);
      const trace = receiver.spans().filter((span) => span.traceId === traceId);
      const ids = new Set(trace.map(({ spanId }) => spanId));
      const isWhole = trace.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId));
      return isWhole && trace.some(({ name }) => name.startsWith('send $KV.')) ? trace : undefined;
    },
    { timeoutMs: 30_000, what: 'a whole trace' },
  );

/** `service name < parent's service and name`, once each, without the prefix that all have. */
const hopsOf = (trace: readonly ReceivedSpan[]): Set<string> => {
  const named = new Map(
    trace.map(({ spanId, service, name }) => [
      spanId,
      `${service.replace('clipfleet-', '')} ${name.replace('clipfleet.', '')}`,
    ]),
  );
  return new Set(trace.map(({ spanId, parentSpanId }) => `${named.get(spanId)} < ${named.get(parentSpanId) ?? ''}`));
};

const REQUEST = 'gateway POST /v1/exports';
/** What every export does, whoever works on it. */
const COMMON_HOPS = [
  `${REQUEST} < `,
  `gateway send work.plan < ${REQUEST}`,
  'planner process work.plan < gateway send work.plan',
  'planner store getBytes < planner process work.plan',
  'planner send event.export-planned < planner process work.plan',
  'gateway process event.export-planned < planner send event.export-planned',
  'gateway store createUpload < gateway process event.export-planned',
  `gateway send work.assemble < ${REQUEST}`,
  'gateway process work.assemble < gateway send work.assemble',
  'gateway store completeUpload < gateway process work.assemble',
  `gateway send $KV.clipfleet_ended.{key} < ${REQUEST}`,
];
const workHops = (app: string, kind: string): string[] => [
  `gateway send work.${kind} < ${REQUEST}`,
  `${app} process work.${kind} < gateway send work.${kind}`,
  `${app} store get < ${app} process work.${kind}`,
  `${app} store uploadPart < ${app} process work.${kind}`,
  `${app} send event.task-completed < ${app} process work.${kind}`,
  `gateway process event.task-completed < ${app} send event.task-completed`,
];

const make = async (
  at: FleetStore,
  output: typeof copy | typeof encode,
): Promise<{ id: string; trace: ReceivedSpan[] }> => {
  const playlist = await fleet.upload(at, await makeRecording());
  const { id } = await submit(fleet, nativeRequest(at, playlist, range, output));
  expect(await untilExport(fleet, id)).toMatchObject({ state: 'completed' });
  return { id, trace: await traceOf(id) };
};

const missingHops = (trace: readonly ReceivedSpan[], expected: readonly string[]): string[] => {
  const hops = hopsOf(trace);
  return expected.filter((hop) => !hops.has(hop));
};

describe('the trace of an export', () => {
  it('is one, with every hop from the POST over planner and worker to the completion', async () => {
    const { id, trace } = await make(fleet.fileStore, copy);
    expect(tracesOf(id).size).toBe(1);
    expect(missingHops(trace, [...COMMON_HOPS, ...workHops('segment-worker', 'segment')])).toEqual([]);
    expect(trace.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name)).toEqual([
      'POST /v1/exports',
    ]);
    expect(trace.filter(({ status }) => status.code === 2)).toEqual([]);
    const assembled = trace.find(({ name }) => name === 'process clipfleet.work.assemble');
    expect(assembled?.events.map(({ name }) => name)).toEqual(['export.completed']);
  });

  it('links each work on a message to its publication, by the conventions', async () => {
    const { trace } = await make(fleet.fileStore, copy);
    const byId = new Map(trace.map((span) => [span.spanId, span]));
    const consumers = trace.filter(({ kind }) => kind === SPAN_KIND.CONSUMER);
    expect(consumers.length).toBeGreaterThanOrEqual(5);
    for (const { name, links, attributes } of consumers) {
      const publications = links.map(({ spanId }) => byId.get(spanId)!);
      expect(publications).toMatchObject([{ kind: SPAN_KIND.PRODUCER, name: name.replace('process', 'send') }]);
      const same = ['messaging.system', 'messaging.destination.name', 'messaging.message.id'];
      for (const key of same) expect(attributes[key]).toBe(publications[0].attributes[key]);
    }
  });

  it('has the runs of ffmpeg as spans of the work they are for, with their options and no path', async () => {
    const { trace } = await make(fleet.fileStore, encode);
    const hops = [...COMMON_HOPS, ...workHops('transcode-worker', 'transcode')];
    const run = 'transcode-worker ffmpeg < transcode-worker process work.transcode';
    expect(missingHops(trace, [...hops, run])).toEqual([]);
    const runs = trace.filter(({ name }) => name === 'ffmpeg');
    expect(
      runs.some(({ attributes }) => String(attributes['clipfleet.ffmpeg.output_options']).includes('libx264')),
    ).toBe(true);
    expect(JSON.stringify(runs)).not.toContain('/tmp/');
  });

  it('tells what failed, and why', async () => {
    const { id } = await submit(fleet, nativeRequest(fleet.fileStore, 'nowhere.m3u8', range, copy));
    expect(await untilExport(fleet, id)).toMatchObject({ state: 'failed' });
    const { error } = await untilExport(fleet, id);
    const failed = (await traceOf(id)).filter(({ status }) => status.code === 2);
    expect(failed.map(({ service, name, attributes }) => [service, name, attributes['error.type']])).toEqual(
      expect.arrayContaining([['clipfleet-planner', 'process clipfleet.work.plan', error?.code]]),
    );
  });
});

describeRealS3('the trace of an export on S3', (access) => {
  it('has every request to the server, below the call of the store it is for', async () => {
    const { trace } = await make(fleet.s3Store(), copy);
    expect(missingHops(trace, [...COMMON_HOPS, ...workHops('segment-worker', 'segment')])).toEqual([]);
    const stores = new Set(trace.filter(({ name }) => name.startsWith('store ')).map(({ spanId }) => spanId));
    const { port } = new URL(access.endpoint);
    const requests = trace.filter(({ attributes }) => String(attributes['server.port']) === port);
    expect(requests.filter(({ parentSpanId }) => !stores.has(parentSpanId))).toEqual([]);
    expect(new Set(requests.map(({ service }) => service))).toEqual(
      new Set(['clipfleet-gateway', 'clipfleet-planner', 'clipfleet-segment-worker']),
    );
  });
});
