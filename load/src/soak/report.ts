import { availableParallelism, loadavg, totalmem } from 'node:os';
import { percentile } from '@clipfleet/local-stack';
import { RULE } from './memory-trend.js';
import type { SoakResult } from './soak.js';

/** Whether nothing was lost, every output is right, and no process grows. */
export const isRight = ({ problems, memory }: SoakResult): boolean =>
  problems.length === 0 && [...memory.values()].every(({ verdict }) => verdict !== 'grows');

/** docs/soak.md, which is what is printed, too. */
export const soakReport = (result: SoakResult, command: string): string => {
  const { tookMs, latenciesMs, memory, problems, attempts } = result;
  const all = [...latenciesMs.values()].flat();
  const kinds = [...latenciesMs].toSorted(([, a], [, b]) => b.length - a.length);
  const rows = [['all', all] as const, ...kinds].map(([name, values]) => latencyRow(name, values));
  const memoryRows = [...memory].map(
    ([name, trend]) =>
      `| ${name} | ${trend.judged} | ${trend.restsMb.map(mb).join(', ')} | ${mb(trend.growthMb)} | ${trend.verdict} | ${mb(trend.mostResidentMb)} |`,
  );
  return `# Soak

Made by \`${command}\`; do not edit. Node ${process.versions.node}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB, with a load average
of ${loadavg()[2].toFixed(0)} over the last 15 minutes. Two gateways, two planners, two of each worker, Postgres, NATS and a
file store on one machine. Each tenant waits for a few exports at a time and sends the next when one has ended; now and then, when all
have ended, there is a rest.

**${all.length} exports in ${(tookMs / 60_000).toFixed(1)} minutes: ${((all.length / tookMs) * 60_000).toFixed(0)} a minute.** Lost, failed, begun twice, with an
output that is not that of an undisturbed one, or anything left behind: **${problems.length}**. Attempts that failed and were made again: ${attempts}.

From POST to completed, in seconds:

| kind | exports | p50 | p95 | p99 | most |
|---|---|---|---|---|---|
${rows.join('\n')}

Memory over time, in MB: before the load, and at each rest. Of an app it is what it *holds*, heap and buffers right after its garbage
was collected: that is where a leak shows. Of a server it is what is *resident* (RssAnon), of Postgres, which has a process for each connection, of the *largest* of them. The rule: ${RULE}. The last column is what the system
saw at most at any time, with the parts of tasks in flight, what nobody had collected yet and what the allocator keeps.

| process | | at rest | growth | | resident, most |
|---|---|---|---|---|---|
${memoryRows.join('\n')}
`;
};

const latencyRow = (name: string, values: readonly number[]): string => {
  const figures =
    values.length === 0 ? [] : [0.5, 0.95, 0.99, 1].map((each) => (percentile(values, each) / 1000).toFixed(1));
  return `| ${[name, values.length, ...figures].join(' | ')} |`;
};

const mb = (value: number): string => value.toFixed(0);
