import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AcceptanceArguments, ArgumentError, parseArguments, usage } from './run/arguments.js';
import { type AcceptanceRun, documentOf } from './run/document.js';
import { runAcceptance } from './run/run-acceptance.js';
import { noResults, readResults, writeResults } from './run/saved-results.js';

const readArguments = (args: readonly string[]): AcceptanceArguments => {
  try {
    return parseArguments(args);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
};

const args = process.argv.slice(2);
const options = readArguments(args);
const command = ['npm run acceptance', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
// npm runs it in the project's own folder or at the top: a relative name means where the caller is
const fromHere = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : path.resolve(process.env['INIT_CWD'] ?? '.', file);
const [documentPath, resultsPath] = [fromHere(options.documentPath), fromHere(options.resultsPath)];
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
