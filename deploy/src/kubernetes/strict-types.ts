import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { type Manifests, nameOf } from './manifests.js';
import { modelModuleOf } from './schemas.js';

/**
 * Fields that no kind has. A schema takes them (the API server drops them silently), the compiler does not: each object becomes
 * a literal of its type, where an unknown property is an error. Several sets of manifests in one run, as starting the compiler
 * costs more than checking them.
 */
export const unknownFields = async (sets: readonly Manifests[]): Promise<string[][]> => {
  // below the packages it imports
  const parent = path.join(repositoryRoot, 'node_modules/.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'clipfleet-deploy-'));
  try {
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await Promise.all(sets.map((set, n) => writeFile(path.join(folder, `set${n}.ts`), literalsOf(set))));
    const output = await compile(
      folder,
      sets.map((_, n) => `set${n}.ts`),
    );
    return sets.map((set, n) => problemsOf(output, `set${n}.ts`, set));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** One object a line, so that the line of an error tells the object. */
const literalsOf = ({ objects }: Manifests): string =>
  objects
    .map((object, n) => {
      const type = `import('${modelModuleOf(object)}').I${object.kind}`;
      return `export const object${n}: ${type} = ${JSON.stringify(object)};`;
    })
    .join('\n');

const OPTIONS = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--pretty', 'false', '--types', 'node'];

const compile = (folder: string, files: readonly string[]): Promise<string> => {
  const tsc = path.join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const modules = ['--module', 'nodenext', '--target', 'es2023'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...OPTIONS, ...modules, ...files], { cwd: folder }, (error, stdout, stderr) => {
      // errors of the compiler itself have no place in a file
      const isOwn = error && stdout.split('\n').some((line) => /^error /.test(line));
      if (isOwn || (error && stdout === '')) reject(new Error(stdout + stderr || error.message));
      else resolve(stdout);
    });
  });
};

const problemsOf = (output: string, file: string, { objects }: Manifests): string[] =>
  [...output.matchAll(/^(\S+)\((\d+),\d+\): error \S+: (.*)$/gm)]
    .filter(([, at]) => at === file)
    .map(([, , line, message]) => `${nameOf(objects[Number(line) - 1])}: ${message}`);
