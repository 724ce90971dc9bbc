import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { argumentsOrExit, fromCaller } from '@clipfleet/local-stack';
import { parseArguments, usage } from './run/arguments.js';
import { type AcceptanceRun, documentOf } from './run/document.js';
import { runAcceptance } from './run/run-acceptance.js';
import { noResults, readResults, writeResults } from './run/saved-results.js';

const args = process.argv.slice(2);
const options = argumentsOrExit(parseArguments, usage);
const command = ['npm run acceptance', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
const [documentPath, resultsPath] = [options.documentPath, options.resultsPath].map((file) =>
  file === undefined ? undefined : fromCaller(file),
);
const listener = {
  onProgress: (text: string) => console.error(text),
  onResults: (run: AcceptanceRun) => {
    if (resultsPath !== undefined) writeResults(resultsPath, run.results);
    if (documentPath === undefined) return;
    const before = existsSync(documentPath) ? readFileSync(documentPath, 'utf8') : '';
    writeFileSync(documentPath, documentOf(run, before));
  },
};
try {
  const results = resultsPath === undefined ? noResults() : readResults(resultsPath);
  const run = await runAcceptance(options, command, listener, results);
  listener.onResults(run);
  if (documentPath === undefined) console.log(documentOf(run));
  const problems = [...results.cases, ...results.refusals].filter(({ problem }) => problem !== undefined);
  const wrong = run.large?.facts.filter(({ isWrong }) => isWrong) ?? [];
  process.exitCode =
    problems.length + wrong.length + results.killed.flatMap((killed) => killed.problems).length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
