import type { Option, Overlay } from '../check-manifests.js';
import { Manifests } from '../kubernetes/manifests.js';

/** Whatever a manifest may hold, for faults that no type would let us write. */
export interface Tree {
  [key: string]: Tree;
}

export interface Fault {
  what: string;
  /** Default: production. */
  overlay?: Overlay | Option;
  object: string;
  /** `remove`: there is no such object. */
  change: ((object: Tree) => void) | 'remove';
  /** What the gate says of it. */
  expected: RegExp;
}

export const set = (tree: Tree, key: string, value: unknown): void => {
  (tree as Record<string, unknown>)[key] = value;
};

export const unset = (tree: Tree, key: string): void => {
  delete (tree as Record<string, unknown>)[key];
};

export const append = (list: Tree, value: unknown): void => {
  (list as unknown as unknown[]).push(value);
};

export const deployment = (
  app: string,
  what: string,
  change: (pod: Tree, app: Tree, all: Tree) => void,
  expected: RegExp,
): Fault => ({
  what: `${app}: ${what}`,
  object: `Deployment/${app}`,
  change: (all) => {
    const pod = all['spec']['template']['spec'];
    change(pod, pod['containers'][0], all);
  },
  expected,
});

export const scaled = (
  app: string,
  what: string,
  change: (spec: Tree, lag: Tree, work: Tree) => void,
  expected: RegExp,
): Fault => ({
  what: `${app}'s autoscaler: ${what}`,
  object: `ScaledObject/${app}`,
  change: ({ spec }) => change(spec, spec['triggers'][0]['metadata'], spec['triggers'][1]?.['metadata']),
  expected,
});

export const policy = (name: string, what: string, change: (spec: Tree) => void, expected: RegExp): Fault => ({
  what: `the network policy ${name}: ${what}`,
  object: `NetworkPolicy/${name}`,
  change: ({ spec }) => change(spec),
  expected,
});

/** The manifests with one mistake. All other objects are the same ones. */
export const withFault = (manifests: Manifests, { object, change }: Fault): Manifests => {
  const index = manifests.objects.findIndex(({ kind, metadata }) => `${kind}/${metadata.name}` === object);
  if (index < 0) throw new Error(`there is no ${object} to break`);
  if (change === 'remove') return new Manifests(manifests.objects.toSpliced(index, 1));
  const broken = structuredClone(manifests.objects[index]);
  change(broken as unknown as Tree);
  return new Manifests(manifests.objects.with(index, broken));
};
