import { interruption, repositoryRoot } from '@clipfleet/local-stack';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ArgumentError, type BenchArguments, parseArguments, usage } from './run/arguments.js';
import { runBench } from './run/run-bench.js';
import { formatTable } from './run/table.js';
import { benchDirectory } from './stack/bench-stack.js';

const readArguments = (): BenchArguments => {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
};

const options = readArguments();
// npm runs it in bench's own folder or at the top: a relative name means where the caller is
const jsonPath = options.jsonPath && path.resolve(process.env['INIT_CWD'] ?? '.', options.jsonPath);
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
