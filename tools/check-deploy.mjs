#!/usr/bin/env node
/** `npm run check:deploy`: renders the manifests of deploy/k8s and holds them against schemas, types, our policies and the code. */
import {
  checkManifests,
  dashboardProblems,
  factsOfCode,
  natsValuesProblems,
  options,
  overlays,
  readNatsValues,
  renderOption,
  renderOverlay,
  ruleProblems,
  ToolUnavailable,
} from '@clipfleet/deploy';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appConfigs } from './app-configs.mjs';

const run = async () => {
  const facts = factsOfCode(appConfigs);
  const names = [...overlays, ...options];
  const sets = [...overlays.map((overlay) => renderOverlay(overlay)), ...options.map((option) => renderOption(option))];
  const problems = await checkManifests(sets, facts);
  const lines = names.flatMap((name, n) => problems[n].map((problem) => `${name}: ${problem}`));
  lines.push(...natsValuesProblems(readNatsValues(), sets[overlays.indexOf('production')], facts));
  const runbooks = readFileSync(join(import.meta.dirname, '../docs/runbooks.md'), 'utf8');
  lines.push(...ruleProblems(facts.metrics, runbooks), ...dashboardProblems(facts.metrics));
  for (const line of lines) console.error(line);
  const objects = sets.reduce((sum, { objects }) => sum + objects.length, 0);
  console.log(lines.length === 0 ? `manifests: ok (${objects} objects)` : `manifests: ${lines.length} problems`);
  return lines.length === 0 ? 0 : 1;
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof ToolUnavailable)) throw error;
  console.error(`check:deploy: ${error.message}`);
  process.exitCode = 3;
}
