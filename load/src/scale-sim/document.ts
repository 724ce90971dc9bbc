import { availableParallelism, loadavg } from 'node:os';
import type { ScaleSimOptions, ScaleSimResult } from './scale-sim.js';
import { doneAtS, poolSummaries } from './summary.js';

/** docs/scaling.md: what a run showed, and how it was made. */
export const scalingDocument = (
  { jobCount, speed, seed, podCapacity }: Pick<ScaleSimOptions, 'jobCount' | 'speed' | 'seed' | 'podCapacity'>,
  result: ScaleSimResult,
): string => {
  const { samples, problems, podFaults, failedReadings } = result;
  const unanswered = Object.entries(failedReadings).map(([type, count]) => `${count} of ${type}`);
  const rows = poolSummaries(samples).map(({ name, mostWanted, mostReady, firstReadyS, atRestS }) => {
    const first = firstReadyS === undefined ? 'not needed' : seconds(firstReadyS);
    return `| ${name} | ${mostWanted} | ${mostReady} | ${first} | ${seconds(atRestS)} |`;
  });
  const options = `--jobs ${jobCount} --speed ${speed} --pods ${podCapacity} --seed ${seed}`;
  return `# Scaling

Made by \`npm run scale-sim -- ${options}\`; do not edit. Node ${process.versions.node}, ${availableParallelism()} cores
with a load average of ${loadavg()[1].toFixed(0)} at the end.

![Exports, lag, work and pods over time](scaling.svg)

A burst of ${jobCount} exports of eight kinds by five tenants, all within 5 s, meets a fleet that sleeps. The load is a function
of its seed. Workers are real processes on a real JetStream, and each is started and ended as the manifests would have it:

- The ScaledObjects are those that \`deploy/k8s/overlays/production\` renders to: triggers, thresholds, bounds, policies, windows.
- The lag is read from NATS's \`/jsz\`, as KEDA reads it. The query on the backlog is asked of a real Prometheus that scrapes the gateway.
- KEDA's part (\`load/src/autoscaling/activation.ts\`) goes from none to one and back to none; the HPA's
  (\`horizontal-autoscaler.ts\`) works between: \`ceil(total / target)\`, a tolerance of 0.1, stabilisation, policies a period, fallback.
- A pod that has to go gets SIGTERM, and SIGKILL after the grace of its Deployment, which is not shortened.

What differs from a cluster: the clock of the autoscalers runs ${speed} times as fast (polls every ${text(5 / speed)} s, syncs of the HPA
every ${text(15 / speed)} s, a cooldown of ${text(300 / speed)} s), work does not; the gateway reads its backlog every 10 s all the same; ${podCapacity}
pods fit on the machine, more are pending; and the one gateway is not scaled.

| pool | most pods wanted | most ready | first one ready | at rest again |
|---|---|---|---|---|
${rows.join('\n')}

All ${jobCount} exports had ended after ${seconds(doneAtS(samples))}. Lost, failed, begun twice or with a wrong output: **${problems.length}**
(every output is compared, by its bytes or its packets, with one of its kind that was made before). Pods that ended otherwise than
asked: ${podFaults.length}. Readings without an answer: ${unanswered.join(', ') || 'none'}.
`;
};

const seconds = (value: number): string => `${value.toFixed(0)} s`;
const text = (value: number): string => String(Math.round(value * 1000) / 1000);
