import { type AppName, appArguments } from '@clipfleet/local-stack';
import type { Workload } from '../kubernetes/manifests.js';
import { appOf, numberOf } from './environment.js';
import type { Policy } from './facts.js';

/** Each runs its own program, as the local stack starts it, and tells the ports that it listens on. */
export const commands: Policy = (manifests, facts) =>
  manifests.workloads().flatMap((workload) => {
    const app = appOf(workload);
    const ports = portNames(app).map(([port, variable]): [string, number] => [
      port,
      numberOf(workload, manifests, facts, variable),
    ]);
    const problems = [...argumentProblems(workload, app), ...portProblems(workload, ports)];
    return problems.map((problem) => `${workload.kind}/${workload.name}: ${problem}`);
  });

const argumentProblems = ({ container }: Workload, app: AppName | undefined): string[] => {
  const wanted = (app ? appArguments(app) : ['tools/cli/dist/main.js', 'migrate']).join(' ');
  const given = (container.args ?? []).join(' ');
  return [
    // the entry point of the image has the options of all apps, and node as the first process, which hears SIGTERM
    ...(container.command ? ['has a command instead of the entry point of the image'] : []),
    ...(given === wanted ? [] : [`runs ${given}, not ${wanted}`]),
  ];
};

const portNames = (app: AppName | undefined): [string, string][] => {
  if (!app) return [];
  return [
    ['ops', 'CLIPFLEET_OPS_PORT'],
    ...(app === 'gateway' ? [['http', 'CLIPFLEET_HTTP_PORT'] satisfies [string, string]] : []),
  ];
};

const portProblems = ({ container }: Workload, wanted: readonly [string, number][]): string[] => {
  const text = (ports: readonly (readonly [string, number])[]): string =>
    ports
      .map(([name, number]) => `${name} ${number}`)
      .toSorted()
      .join(', ');
  const given = text((container.ports ?? []).map(({ name, containerPort }) => [name ?? '', containerPort] as const));
  return given === text(wanted) ? [] : [`has the ports ${given}, its process listens on ${text(wanted)}`];
};
