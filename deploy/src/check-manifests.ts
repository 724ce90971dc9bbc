import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { findKubectl, render } from './kubernetes/kubectl.js';
import { Manifests } from './kubernetes/manifests.js';
import { schemaProblems } from './kubernetes/schemas.js';
import { unknownFields } from './kubernetes/strict-types.js';
import type { Facts } from './policies/facts.js';
import { policies } from './policies/policies.js';

export const overlays = ['dev', 'production'] as const;
export type Overlay = (typeof overlays)[number];

export const renderOverlay = (overlay: Overlay): Manifests =>
  Manifests.parse(render(findKubectl(), path.join(repositoryRoot, 'deploy/k8s/overlays', overlay)));

/** All that is wrong with each set: values by schema, fields by type, and what our policies say. */
export const checkManifests = async (sets: readonly Manifests[], facts: Facts): Promise<string[][]> => {
  const [values, fields] = await Promise.all([schemaProblems(sets), unknownFields(sets)]);
  return sets.map((manifests, n) => [
    ...values[n],
    ...fields[n],
    ...policies.flatMap((policy) => policy(manifests, facts)),
  ]);
};
