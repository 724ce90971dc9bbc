#!/usr/bin/env node
/** `npm run check:deploy`: renders the manifests of deploy/k8s and holds them against schemas, types, our policies and the code. */
import {
  chartProblems,
  checkManifests,
  dashboardProblems,
  factsOfCode,
  natsLimitProblems,
  natsOverlays,
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

const read = (name) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');

const tell = (lines, whenNone) => {
  for (const line of lines) console.error(line);
  console.log(lines.length === 0 ? whenNone : `manifests: ${lines.length} problems`);
  return lines.length === 0 ? 0 : 1;
};

const run = async () => {
  // before the policies, which read them
  const inValues = chartProblems(read('deploy/README.md'));
  if (inValues.length > 0) return tell(inValues, '');
  const facts = factsOfCode(appConfigs);
  const names = [...overlays, ...options];
  const sets = [...overlays.map((overlay) => renderOverlay(overlay)), ...options.map((option) => renderOption(option))];
  const problems = await checkManifests(sets, facts);
  const lines = names.flatMap((name, n) => problems[n].map((problem) => `${name}: ${problem}`));
  lines.push(...natsValuesProblems(readNatsValues(), sets[overlays.indexOf('production')], facts));
  lines.push(...natsOverlays.flatMap((file) => natsLimitProblems(readNatsValues(file), file)));
  lines.push(...ruleProblems(facts.metrics, read('docs/runbooks.md')), ...dashboardProblems(facts.metrics));
  const objects = sets.reduce((sum, { objects }) => sum + objects.length, 0);
  return tell(lines, `manifests: ok (${objects} objects)`);
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof ToolUnavailable)) throw error;
  console.error(`check:deploy: ${error.message}`);
  process.exitCode = 3;
}
