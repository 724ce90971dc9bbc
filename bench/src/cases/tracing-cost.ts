import pLimit from 'p-limit';
import path from 'node:path';
import { cpuBetween, type CpuSeconds } from '../measure/cpu-time.js';
import { type OtlpSink, startOtlpSink } from '../measure/otlp-sink.js';
import type { BenchCase } from '../run/bench-case.js';
import { BenchStack, EXPORTS } from '../stack/bench-stack.js';
import { makeExport } from '../stack/export-client.js';
import { type BenchRecording, DEMO_KEY, type RecordingCache } from '../stack/recordings.js';

const SAMPLED = '0.01';
const CLIP_MS = 10_000;
const STEP_MS = 1_300;
const JOBS_AT_ONCE = 6;
/** After a start: code that has not been compiled yet costs more than any tracing. */
const WARM_UP_JOBS = 96;
/** Few: what else the machine does changes, and batches that take turns quickly have the same of it. */
const BATCH_JOBS = 12;
const BATCHES = 8;

interface Side {
  on: BenchStack;
  env: Record<string, string>;
  /** Both sides make the same ones, in the same order. */
  jobCount: number;
}

/**
 * The processor time of jobs with tracing at 1 %, beside that of the same jobs on a fleet without. All processes are started anew for
 * each round: one that has compiled its code in another order takes another time for the same work as long as it lives.
 */
export const tracingCost = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
): BenchCase => {
  let recording: BenchRecording;
  let sink: OtlpSink;
  let sides: { traced: Side; plain: Side } | undefined;
  let measured: { round: number; tracedMs: number; plainMs: number } | undefined;

  const makeJobs = async (side: Side, count: number): Promise<void> => {
    const { playlistKey, durationMs: recordedMs } = recording;
    const { on } = side;
    await pLimit(JOBS_AT_ONCE).map(Array(count).keys(), async () => {
      const number = side.jobCount++;
      const range = { startMs: (number * STEP_MS) % (recordedMs - CLIP_MS), durationMs: CLIP_MS };
      const made = await makeExport(on, { playlistKey, type: 'mp4', ...range, fileName: `job-${number}` });
      await on.store.delete({ bucket: EXPORTS, key: made.key });
    });
  };
  const cpuOfBatch = async (side: Side): Promise<CpuSeconds> => {
    const before = side.on.cpu.read();
    await makeJobs(side, BATCH_JOBS);
    // the client that polls, and the sink
    const { bench: _, ...fleet } = cpuBetween(before, side.on.cpu.read());
    return fleet;
  };
  const measure = async (round: number): Promise<{ tracedMs: number; plainMs: number }> => {
    if (measured?.round === round) return measured;
    const both = sides!;
    const { traced, plain } = both;
    await Promise.all([traced, plain].map(({ on, env }) => restartAll(on, env)));
    await Promise.all([traced, plain].map((side) => makeJobs(side, WARM_UP_JOBS)));
    const bytesBefore = sink.bytes();
    const taken = { traced: [] as CpuSeconds[], plain: [] as CpuSeconds[] };
    for (let batch = 0; batch < BATCHES; batch++) {
      const order = batch % 2 === 0 ? (['traced', 'plain'] as const) : (['plain', 'traced'] as const);
      for (const name of order) taken[name].push(await cpuOfBatch(both[name]));
    }
    for (const name of ['traced', 'plain'] as const) onProgress(`${name}: ms a job: ${msOfEach(taken[name])}`);
    onProgress(`${Math.round((sink.bytes() - bytesBefore) / 1000)} kB of traces sent`);
    measured = { round, tracedMs: msOf(taken.traced), plainMs: msOf(taken.plain) };
    return measured;
  };
  const startTraced = async (): Promise<Side> => {
    const stateDirectory = path.join(stack.stateDirectory, 'traced');
    const on = await BenchStack.start({ stateDirectory, store: stack.fleet.store.config.driver, onProgress });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: SAMPLED,
    };
    return { on, env, jobCount: 0 };
  };

  return {
    name: 'tracing-cost',
    unit: 'CPU-ms/job',
    better: 'smaller',
    // each round starts all processes itself, and warms them up
    startsCold: true,
    what: {
      ours: `processor time of the whole fleet for an mp4 of 10 s, of ${BATCHES * BATCH_JOBS} in batches by turns, ${JOBS_AT_ONCE} at once, with tracing on, 1 % of the traces sent to a receiver`,
      baseline: 'the same jobs without tracing',
    },
    limit:
      'a decision for each request and message, a context carried through every await, and headers in each message; the spans of 99 % are never made',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      sink = await startOtlpSink();
      sides = { traced: await startTraced(), plain: { on: stack, env: {}, jobCount: 0 } };
      await cache.copyTo(sides.traced.on.store, DEMO_KEY, onProgress);
    },
    ours: async (round) => (await measure(round)).tracedMs,
    baseline: async (round) => (await measure(round)).plainMs,
    finish: async () => {
      await sides?.traced.on.stop();
      await sink?.close();
    },
  };
};

const restartAll = async ({ fleet }: BenchStack, env: Record<string, string>): Promise<void> => {
  await Promise.all([...fleet.apps.values()].map((app) => app.restart(env)));
};

/** Of one job. */
const msOf = (batches: CpuSeconds[]): number =>
  batches.flatMap((batch) => Object.values(batch)).reduce((sum, seconds) => sum + seconds * 1000, 0) /
  (batches.length * BATCH_JOBS);

const msOfEach = (batches: CpuSeconds[]): string =>
  Object.keys(batches[0])
    .map((name) => `${name} ${msOf(batches.map((batch) => ({ [name]: batch[name] ?? 0 }))).toFixed(1)}`)
    .join(', ');
