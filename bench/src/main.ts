import { argumentsOrExit, fromCaller, interruption, repositoryRoot } from '@clipfleet/local-stack';
import { writeFileSync } from 'node:fs';
import { parseArguments, usage } from './run/arguments.js';
import { runBench } from './run/run-bench.js';
import { formatTable } from './run/table.js';
import { benchDirectory } from './stack/bench-stack.js';

const options = argumentsOrExit(parseArguments, usage);
const jsonPath = options.jsonPath && fromCaller(options.jsonPath);
const signal = interruption();
try {
  const { results, failures } = await runBench(options, benchDirectory(repositoryRoot), signal);
  console.log(formatTable(results));
  for (const { name, error } of failures) console.error(`${name} failed:`, error);
  if (failures.length > 0) process.exitCode = 1;
  if (jsonPath) writeFileSync(jsonPath, `${JSON.stringify({ results }, undefined, 2)}\n`);
} catch (error) {
  console.error(signal.aborted ? 'bench: interrupted' : error);
  process.exitCode = signal.aborted ? 130 : 1;
}
// what an interrupted case left waiting must not keep the process alive
process.exit();
