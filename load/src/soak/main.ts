import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { argumentsOrExit, fromCaller, interruption, repositoryRoot } from '@clipfleet/local-stack';
import { runDirectory } from '../run-directory.js';
import { parseArguments, usage } from './arguments.js';
import { isRight, soakReport } from './report.js';
import { runSoak } from './soak.js';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const args = process.argv.slice(2);
const { documentPath, ...options } = argumentsOrExit(parseArguments, usage);
const command = ['npm run soak', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
const state = path.resolve(process.env['CLIPFLEET_STATE'] ?? path.join(repositoryRoot, '.clipfleet'));
const stateDirectory = runDirectory(state, 'soak');
mkdirSync(stateDirectory, { recursive: true });
const signal = interruption();
const startedMs = performance.now();
const onProgress = (text: string): void =>
  console.error(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${text}`);
try {
  const result = await runSoak({ ...options, durable: true, stateDirectory, signal, onProgress });
  const report = soakReport(result, command);
  console.log(report);
  if (documentPath !== undefined) writeFileSync(fromCaller(documentPath), report);
  for (const problem of result.problems) console.error(problem);
  process.exitCode = isRight(result) ? 0 : 1;
} catch (error) {
  console.error(signal.aborted ? 'soak: interrupted' : error);
  process.exitCode = signal.aborted ? 130 : 1;
} finally {
  rmSync(stateDirectory, { recursive: true, force: true });
}
// what an interruption left waiting must not keep the process alive
process.exit();
