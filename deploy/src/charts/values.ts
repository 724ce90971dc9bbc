import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Chart } from './chart.js';
import { cloudnativePg } from './cloudnative-pg.js';
import { keda } from './keda.js';
import { kubePrometheusStack } from './kube-prometheus-stack.js';
import { nats } from './nats.js';

export const charts: readonly Chart[] = [nats, cloudnativePg, kubePrometheusStack, keda];

/** What helm makes of them: those that are always laid over each other, by the name of the first, and with each overlay, by its name. */
export const readValues = ({ files, overlays = [] }: Chart): Map<string, unknown> => {
  const values = files.map(read).reduce(laidOver);
  return new Map([
    [files[0], values],
    ...overlays.map((file): [string, unknown] => [file, laidOver(values, read(file))]),
  ]);
};

const read = (file: string): unknown => parse(readFileSync(path.join(repositoryRoot, 'deploy/values', file), 'utf8'));

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Maps are merged, lists are not, and null takes a key away. */
const laidOver = (base: unknown, over: unknown): unknown => {
  if (!isMap(base) || !isMap(over)) return over;
  const merged = Object.entries(over).map(([key, value]) => [key, laidOver(base[key], value)]);
  return Object.fromEntries(
    Object.entries({ ...base, ...Object.fromEntries(merged) }).filter(([, value]) => value !== null),
  );
};

/** Keys that the chart has not, values of another type, and those that the fleet cannot be run with. */
export const valuesProblems = (chart: Chart, file: string, values: unknown): string[] =>
  (chart.values.safeParse(values).error?.issues ?? []).map(
    (issue) => `values/${file}: ${placeOf(issue)}${issue.message}`,
  );

const placeOf = ({ path: at }: z.core.$ZodIssue): string => (at.length === 0 ? '' : `${at.join('.')}: `);

/** Of all of them, and of the versions that the README installs. */
export const chartProblems = (readme: string): string[] =>
  charts.flatMap((chart) => [
    ...[...readValues(chart)].flatMap(([file, values]) => valuesProblems(chart, file, values)),
    ...versionProblems(chart, readme),
  ]);

const versionProblems = ({ name, version }: Chart, readme: string): string[] => {
  const installed = [...readme.matchAll(new RegExp(` ${name} --version (\\S+)`, 'g'))].map(([, found]) => found);
  const others = [...new Set(installed)].filter((found) => found !== version);
  return [
    ...(installed.length === 0 ? [`deploy/README.md: does not install ${name} at a version`] : []),
    ...others.map((found) => `deploy/README.md: installs ${name} ${found}, its values were read of ${version}`),
  ];
};
