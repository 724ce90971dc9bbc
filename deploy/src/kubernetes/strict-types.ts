import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from '@clipfleet/local-stack';
import { type KubernetesObject, type Manifests, nameOf } from './manifests.js';
import { modelModuleOf } from './schemas.js';

/**
 * Fields that no kind has. A schema takes them (the API server drops them silently), the compiler does not: each object becomes
 * a literal of its type, where an unknown property is an error. Several sets of manifests in one run, as starting the compiler
 * costs more than checking them; an object that is in many of them is one.
 */
export const unknownFields = async (sets: readonly Manifests[]): Promise<string[][]> => {
  // below the packages it imports
  const parent = path.join(repositoryRoot, 'node_modules/.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'clipfleet-deploy-'));
  try {
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    const objects = [...new Set(sets.flatMap((set) => set.objects))];
    await writeFile(path.join(folder, FILE), literalsOf(objects));
    const problems = problemsOf(await compile(folder), objects);
    return sets.map((set) => set.objects.flatMap((object) => problems.get(object) ?? []));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const FILE = 'objects.ts';

/** One object a line, so that the line of an error tells the object. */
const literalsOf = (objects: readonly KubernetesObject[]): string =>
  objects
    .map((object, n) => {
      const type = `import('${modelModuleOf(object)}').I${object.kind}`;
      return `export const object${n}: ${type} = ${JSON.stringify(object)};`;
    })
    .join('\n');

const OPTIONS = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--pretty', 'false', '--types', 'node'];

const compile = (folder: string): Promise<string> => {
  const tsc = path.join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const modules = ['--module', 'nodenext', '--target', 'es2023'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...OPTIONS, ...modules, FILE], { cwd: folder }, (error, stdout, stderr) => {
      // errors of the compiler itself have no place in a file
      const isOwn = error && stdout.split('\n').some((line) => /^error /.test(line));
      if (isOwn || (error && stdout === '')) reject(new Error(stdout + stderr || error.message));
      else resolve(stdout);
    });
  });
};

const problemsOf = (output: string, objects: readonly KubernetesObject[]): Map<KubernetesObject, string[]> => {
  const problems = new Map<KubernetesObject, string[]>();
  for (const [, line, message] of output.matchAll(/^\S+\((\d+),\d+\): error \S+: (.*)$/gm)) {
    const object = objects[Number(line) - 1];
    problems.set(object, [...(problems.get(object) ?? []), `${nameOf(object)}: ${message}`]);
  }
  return problems;
};
