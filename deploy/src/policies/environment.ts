import { type AppName, appNames } from '@clipfleet/local-stack';
import { ConfigError, loadConfig } from '@clipfleet/platform';
import type { Manifests, Workload } from '../kubernetes/manifests.js';
import type { Facts, Policy } from './facts.js';

/** Secrets that are made outside (README.md says how), with values as they may be. */
export const externalSecrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(
    appNames.map((app) => [
      `clipfleet-nats-${app}`,
      { CLIPFLEET_NATS_URL: `nats://${app}:secret@nats.clipfleet.svc.cluster.local:4222` },
    ]),
  ),
  'clipfleet-nats-server': Object.fromEntries(appNames.map((app) => [app, 'secret'])),
  'clipfleet-stores': {
    CLIPFLEET_STORES:
      '[{"id":"main","driver":"s3","locations":["main"],"region":"eu-central-1","accessKeyId":"id","secretAccessKey":"key"}]',
  },
  'clipfleet-gateway': { CLIPFLEET_SIGNING_SECRET: 'sixteen characters or more' },
  // by CloudNativePG, for the cluster clipfleet-ledger
  'clipfleet-ledger-app': { uri: 'postgresql://clipfleet:secret@clipfleet-ledger-rw.clipfleet:5432/clipfleet' },
};

export const appOf = ({ name }: Workload): AppName | undefined => appNames.find((app) => app === name);

export interface PodEnvironment {
  values: Record<string, string>;
  /** Names of ConfigMaps, Secrets and keys that are not there. */
  missing: string[];
}

/** What the process of a workload finds in its environment. */
export const environmentOf = ({ container }: Workload, manifests: Manifests): PodEnvironment => {
  const values: Record<string, string> = {};
  const missing: string[] = [];
  const secret = (name: string) => manifests.secretData(name) ?? externalSecrets[name];
  const take = (what: string, data: Readonly<Record<string, string>> | undefined): void => {
    if (data) Object.assign(values, data);
    else missing.push(what);
  };
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef?.name) take(`ConfigMap ${configMapRef.name}`, manifests.configMapData(configMapRef.name));
    if (secretRef?.name) take(`Secret ${nameWithoutHash(secretRef.name)}`, secret(secretRef.name));
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    const found = ref?.name ? secret(ref.name)?.[ref.key] : value;
    take(`Secret ${ref?.name} with a key ${ref?.key}`, found === undefined ? undefined : { [name]: found });
  }
  return { values, missing };
};

const nameWithoutHash = (name: string): string => name.replace(/-[a-z0-9]{10}$/, '');

/** A value of the app's configuration, of its default where the environment has none. */
export const numberOf = (workload: Workload, manifests: Manifests, facts: Facts, variable: string): number => {
  const found = variablesOf(workload, facts).find(({ name }) => name === variable);
  return Number(environmentOf(workload, manifests).values[variable] ?? found?.defaultText);
};

/** Each app starts with what it is given, is given nothing it does not know, only what it needs, and agrees with the others. */
export const environment: Policy = (manifests, facts) => [
  ...sharedProblems(manifests, facts),
  ...manifests.workloads().flatMap((workload) => {
    const { values, missing } = environmentOf(workload, manifests);
    return [
      ...missing.map((what) => `there is no ${what}`),
      ...(missing.length > 0 ? [] : configProblems(workload, values, facts)),
      ...foreignSecrets(workload, values),
    ].map((problem) => `${workload.kind}/${workload.name}: ${problem}`);
  }),
];

/** Variables of several apps in which each may be different. */
const OF_EACH_APP = /^CLIPFLEET_(LOG_|OPS_|SHUTDOWN_GRACE_MS$|SCRATCH_PATH$|FFMPEG_)/;

/** Of an address: each app has a user of its own there. */
const CREDENTIALS = /\/\/[^/@]+@/;

/** What several apps know is said of what they share: who waits for whom, what is where. */
const sharedProblems = (manifests: Manifests, facts: Facts): string[] => {
  const apps = manifests.workloads().filter((workload) => appOf(workload));
  const environments = new Map(apps.map((workload) => [workload, environmentOf(workload, manifests).values]));
  const valuesOf = (variable: string): [string, string | undefined][] =>
    apps.flatMap((workload): [string, string | undefined][] => {
      const known = variablesOf(workload, facts).find(({ name }) => name === variable);
      const value = environments.get(workload)?.[variable] ?? known?.defaultText;
      return known ? [[workload.name, value?.replace(CREDENTIALS, '//')]] : [];
    });
  const names = new Set(apps.flatMap((workload) => variablesOf(workload, facts).map(({ name }) => name)));
  return [...names]
    .filter((variable) => !OF_EACH_APP.test(variable))
    .map((variable): [string, [string, string | undefined][]] => [variable, valuesOf(variable)])
    .filter(([, values]) => new Set(values.map(([, value]) => value)).size > 1)
    .map(([variable, values]) => {
      const said = values.map(([app, value]) => `${value} in ${app}`).join(', ');
      return `${variable} is not the same: ${said}`;
    });
};

const variablesOf = (workload: Workload, facts: Facts) => {
  const app = appOf(workload);
  return app ? Object.values(facts.configs[app].variables) : [];
};

const configProblems = (workload: Workload, values: Record<string, string>, facts: Facts): string[] => {
  const app = appOf(workload);
  if (!app) return [];
  const schema = facts.configs[app];
  const known = new Set(Object.values(schema.variables).map(({ name }) => name));
  const unknown = Object.keys(values).filter(
    (name) => name.startsWith('CLIPFLEET_') && !name.startsWith('CLIPFLEET_FFMPEG_') && !known.has(name),
  );
  try {
    loadConfig(schema, values);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...error.problems, ...unknown.map((name) => `${name} is not known`)];
  }
  return unknown.map((name) => `${name} is not known`);
};

/** Only what has the ledger gets the database; the Job gets nothing else. */
const foreignSecrets = ({ name }: Workload, values: Record<string, string>): string[] => {
  const may = name === 'gateway' || name === 'migrate';
  const natsUser = /\/\/([^:]+):/.exec(values['CLIPFLEET_NATS_URL'] ?? '')?.[1];
  const has = 'CLIPFLEET_DATABASE_URL' in values;
  const extra = name === 'migrate' ? Object.keys(values).filter((key) => key !== 'CLIPFLEET_DATABASE_URL') : [];
  return [
    ...(has && !may ? ['has credentials of the database'] : []),
    ...(natsUser !== undefined && natsUser !== name ? [`is ${natsUser} at NATS`] : []),
    ...(may && !has ? ['has no credentials of the database'] : []),
    ...extra.map((key) => `is given ${key}, which it does not need`),
  ];
};
