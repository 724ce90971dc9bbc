import { interruption, repositoryRoot } from '@clipfleet/local-stack';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ArgumentError } from '../run/arguments.js';
import { benchDirectory } from '../stack/bench-stack.js';
import { type ApiArguments, apiUsage, parseApiArguments } from './api-arguments.js';
import { formatApiResults } from './api-result.js';
import { runApiBench } from './run-api-bench.js';

const readArguments = (): ApiArguments => {
  try {
    return parseApiArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n${apiUsage}`);
    return process.exit(2);
  }
};

const options = readArguments();
// npm runs it in bench's own folder or at the top: a relative name means where the caller is
const jsonPath = options.jsonPath && path.resolve(process.env['INIT_CWD'] ?? '.', options.jsonPath);
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
