import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { stringify } from 'yaml';
import { findKubectl, render } from './kubernetes/kubectl.js';
import { Manifests } from './kubernetes/manifests.js';
import { schemaProblems } from './kubernetes/schemas.js';
import { unknownFields } from './kubernetes/strict-types.js';
import type { Facts } from './policies/facts.js';
import { policies } from './policies/policies.js';

export const overlays = ['dev', 'production'] as const;
export type Overlay = (typeof overlays)[number];

const K8S = path.join(repositoryRoot, 'deploy/k8s');

export const renderOverlay = (overlay: Overlay): Manifests =>
  Manifests.parse(render(findKubectl(), path.join(K8S, 'overlays', overlay)));

/** Components that no overlay has, and that an operator may add to his copy of `production`. */
export const options = ['tracing', 'ledger-backup', 'large', 'long-tasks'] as const;
export type Option = (typeof options)[number];

/** Production with one of them, as the operator's own kustomization would name it. */
export const renderOption = (option: Option): Manifests => {
  const folder = mkdtempSync(path.join(tmpdir(), 'clipfleet-overlay-'));
  try {
    const from = (part: string): string => path.relative(realpathSync(folder), path.join(K8S, part));
    const kustomization = {
      ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', namespace: 'clipfleet' },
      ...{ resources: [from('overlays/production')], components: [from(`components/${option}`)] },
    };
    writeFileSync(path.join(folder, 'kustomization.yaml'), stringify(kustomization));
    return Manifests.parse(render(findKubectl(), folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** All that is wrong with each set: values by schema, fields by type, and what our policies say. */
export const checkManifests = async (sets: readonly Manifests[], facts: Facts): Promise<string[][]> => {
  const [values, fields] = await Promise.all([schemaProblems(sets), unknownFields(sets)]);
  return sets.map((manifests, n) => [
    ...values[n],
    ...fields[n],
    ...policies.flatMap((policy) => policy(manifests, facts)),
  ]);
};
