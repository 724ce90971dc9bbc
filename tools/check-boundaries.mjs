#!/usr/bin/env node
/**
 * Holds every import in apps, libs, tools and bench against the dependency rule of ARCHITECTURE.md, by the `type:` tag in
 * each project's package.json: package.json edges (what `nx graph` draws) and the import statements themselves.
 * Exit 1 and one line per breach. `--root DIR` checks another tree (the tests use it).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** What a project of a type may depend on, by type. */
const ALLOWED = {
  pure: ['pure'],
  contract: ['pure'],
  platform: ['contract', 'pure'],
  adapter: ['platform', 'contract', 'pure'],
  app: ['adapter', 'platform', 'contract', 'pure'],
  tool: ['tool', 'adapter', 'platform', 'contract', 'pure', 'test'],
  test: ['tool', 'adapter', 'platform', 'contract', 'pure'],
};
/** Pure libs know no machine: no Node built-ins at all, and no clock or chance. */
const IMPURE = [
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bMath\.random\(/,
  /\bprocess\./,
  /\bsetTimeout\(/,
  /\bperformance\.now\(/,
];
const IMPORT = /(?:\bimport\b|\bexport\b)[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

const walk = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
        e.isDirectory()
          ? e.name === 'node_modules' || e.name === 'dist'
            ? []
            : walk(join(dir, e.name))
          : [join(dir, e.name)],
      )
    : [];

const readProjects = (root) => {
  const workspaces = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces;
  const dirs = workspaces.flatMap((w) =>
    w.endsWith('/*') ? readdirSync(join(root, w.slice(0, -2))).map((d) => join(w.slice(0, -2), d)) : [w],
  );
  return dirs
    .filter((d) => existsSync(join(root, d, 'package.json')))
    .map((dir) => {
      const pkg = JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'));
      const type = pkg.nx?.tags?.find((t) => t.startsWith('type:'))?.slice(5);
      return {
        dir,
        name: pkg.name,
        type,
        dependencies: Object.keys(pkg.dependencies ?? {}).filter((d) => d.startsWith('@clipfleet/')),
      };
    });
};

export const findBreaches = (root) => {
  const projects = readProjects(root);
  const byName = new Map(projects.map((p) => [p.name, p]));
  const breaches = [];
  for (const project of projects) {
    if (!ALLOWED[project.type]) {
      breaches.push(`${project.dir}/package.json: no known type: tag`);
      continue;
    }
    for (const name of project.dependencies) {
      const to = byName.get(name);
      if (to && !ALLOWED[project.type].includes(to.type))
        breaches.push(`${project.dir}/package.json: ${project.type} may not depend on ${to.type} ${name}`);
    }
    for (const file of walk(join(root, project.dir, 'src')).filter((f) => f.endsWith('.ts'))) {
      breaches.push(...fileBreaches(root, file, project, byName));
    }
  }
  return breaches;
};

const fileBreaches = (root, file, project, byName) => {
  const text = readFileSync(file, 'utf8');
  const isTest = /\.(spec|fixture)\.ts$|\/testing\//.test(file);
  const at = relative(root, file).split(sep).join('/');
  const breaches = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2];
    const target = byName.get(specifier.split('/').slice(0, 2).join('/'));
    if (specifier.startsWith('@clipfleet/')) {
      if (!target) breaches.push(`${at}: imports unknown project ${specifier}`);
      else if (isTest)
        continue; // tests may bring real servers and fixtures from anywhere
      else if (target !== project && !project.dependencies.includes(target.name))
        breaches.push(`${at}: ${specifier} is not in ${project.dir}/package.json`);
      else if (!ALLOWED[project.type].includes(target.type))
        breaches.push(`${at}: ${project.type} may not import ${target.type} ${specifier}`);
    } else if (specifier.startsWith('.')) {
      if (relative(resolve(root, project.dir), resolve(dirname(file), specifier)).startsWith('..'))
        breaches.push(`${at}: ${specifier} leaves its project; import by name`);
    } else if (specifier.startsWith('node:') && project.type === 'pure' && !isTest) {
      breaches.push(`${at}: a pure lib imports ${specifier}`);
    }
  }
  if (project.type === 'pure' && !isTest) {
    for (const pattern of IMPURE) if (pattern.test(text)) breaches.push(`${at}: a pure lib uses ${pattern.source}`);
  }
  return breaches;
};

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const rootFlag = process.argv.indexOf('--root');
  const breaches = findBreaches(
    rootFlag > 0 ? resolve(process.argv[rootFlag + 1]) : resolve(import.meta.dirname, '..'),
  );
  for (const line of breaches) console.error(line);
  console.log(breaches.length === 0 ? 'dependency direction: ok' : `dependency direction: ${breaches.length} breaches`);
  process.exit(breaches.length === 0 ? 0 : 1);
}
