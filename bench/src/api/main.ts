import { argumentsOrExit, fromCaller, interruption, repositoryRoot } from '@clipfleet/local-stack';
import { writeFileSync } from 'node:fs';
import { benchDirectory } from '../stack/bench-stack.js';
import { apiUsage, parseApiArguments } from './api-arguments.js';
import { formatApiResults } from './api-result.js';
import { runApiBench } from './run-api-bench.js';

const options = argumentsOrExit(parseApiArguments, apiUsage);
const jsonPath = options.jsonPath && fromCaller(options.jsonPath);
const signal = interruption();
try {
  const { results, loads } = await runApiBench(options, benchDirectory(repositoryRoot), signal, (text) =>
    console.error(text),
  );
  console.log(formatApiResults(results, loads));
  if (jsonPath) writeFileSync(jsonPath, `${JSON.stringify({ results }, undefined, 2)}\n`);
} catch (error) {
  console.error(signal.aborted ? 'bench: interrupted' : error);
  process.exitCode = signal.aborted ? 130 : 1;
}
// what an interrupted load left waiting must not keep the process alive
process.exit();
