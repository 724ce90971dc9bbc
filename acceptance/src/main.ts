import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AcceptanceArguments, ArgumentError, parseArguments, usage } from './run/arguments.js';
import { documentOf } from './run/document.js';
import { runAcceptance } from './run/run-acceptance.js';

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
try {
  const run = await runAcceptance(options, command, (text) => console.error(text));
  const text = documentOf(run);
  if (options.documentPath === undefined) console.log(text);
  // npm runs it in the project's own folder or at the top: a relative name means where the caller is
  else writeFileSync(path.resolve(process.env['INIT_CWD'] ?? '.', options.documentPath), text);
  const problems = [...run.results, ...run.refusals].filter(({ problem }) => problem !== undefined);
  process.exitCode = problems.length + run.killed.flatMap((killed) => killed.problems).length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
