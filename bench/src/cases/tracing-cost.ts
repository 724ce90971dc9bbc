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
/** After the start of both: code that has not been compiled yet costs more than any tracing. */
const WARM_UP_JOBS = 192;
/** Few: what else the machine does changes, and rounds that take turns quickly have the same of it. */
const MEASURED_JOBS = 24;

/** The processor time of jobs with tracing at 1 %, beside that of the same jobs on a fleet without, which is up all the time. */
export const tracingCost = (
  stack: BenchStack,
  cache: RecordingCache,
  onProgress: (text: string) => void,
): BenchCase => {
  let recording: BenchRecording;
  let sink: OtlpSink;
  let traced: BenchStack | undefined;
  let jobCount = 0;

  const makeJobs = async (on: BenchStack, count: number): Promise<void> => {
    const { playlistKey, durationMs: recordedMs } = recording;
    await pLimit(JOBS_AT_ONCE).map(Array(count).keys(), async () => {
      const number = jobCount++;
      const range = { startMs: (number * STEP_MS) % (recordedMs - CLIP_MS), durationMs: CLIP_MS };
      const made = await makeExport(on, { playlistKey, type: 'mp4', ...range, fileName: `job-${number}` });
      await on.store.delete({ bucket: EXPORTS, key: made.key });
    });
  };
  const cpuMsOfJob = async (side: string, on: BenchStack): Promise<number> => {
    const [bytesBefore, cpuBefore, startedAtMs] = [sink.bytes(), on.cpu.read(), performance.now()];
    await makeJobs(on, MEASURED_JOBS);
    const jobsPerSecond = (MEASURED_JOBS * 1000) / (performance.now() - startedAtMs);
    // the client that polls, and the sink
    const { bench: _, ...fleet } = cpuBetween(cpuBefore, on.cpu.read());
    const cpuSeconds = Object.values(fleet).reduce((sum, seconds) => sum + seconds, 0);
    const sentKb = Math.round((sink.bytes() - bytesBefore) / 1000);
    onProgress(
      `${side}: ${jobsPerSecond.toFixed(2)} jobs/s, ${sentKb} kB of traces sent; ms a job: ${msOfEach(fleet)}`,
    );
    return (cpuSeconds * 1000) / MEASURED_JOBS;
  };
  const startTraced = async (): Promise<BenchStack> => {
    const stateDirectory = path.join(stack.stateDirectory, 'traced');
    const started = await BenchStack.start({ stateDirectory, store: stack.fleet.store.config.driver, onProgress });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: SAMPLED,
    };
    traced = started;
    // both anew: a process that had idled before its load came was seen to take longer for the same work
    await Promise.all([restartAll(started, env), restartAll(stack, {})]);
    return started;
  };

  return {
    name: 'tracing-cost',
    unit: 'CPU-ms/job',
    better: 'smaller',
    what: {
      ours: `processor time of the whole fleet for an mp4 of 10 s, of ${MEASURED_JOBS}, ${JOBS_AT_ONCE} at once, with tracing on, 1 % of the traces sent to a receiver`,
      baseline: 'the same without tracing',
    },
    limit:
      'a decision for each request and message, a context carried through every await, and headers in each message; the spans of 99 % are never made',
    prepare: async () => {
      recording = await cache.copyTo(stack.store, DEMO_KEY, onProgress);
      sink = await startOtlpSink();
      const other = await startTraced();
      await cache.copyTo(other.store, DEMO_KEY, onProgress);
      for (const on of [stack, other]) await makeJobs(on, WARM_UP_JOBS);
    },
    ours: () => cpuMsOfJob('traced', traced!),
    baseline: () => cpuMsOfJob('plain', stack),
    finish: async () => {
      await traced?.stop();
      await sink?.close();
    },
  };
};

const restartAll = async ({ fleet }: BenchStack, env: Record<string, string>): Promise<void> => {
  await Promise.all([...fleet.apps.values()].map((app) => app.restart(env)));
};

const msOfEach = (fleet: CpuSeconds): string =>
  Object.entries(fleet)
    .map(([name, seconds]) => `${name} ${((seconds * 1000) / MEASURED_JOBS).toFixed(0)}`)
    .join(', ');
