import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Nest and pg import them when they are asked for, and then say what is missing; none is, and none is installed. */
const ABSENT = [
  ...['@fastify/multipart', '@fastify/static', '@fastify/view', '@nestjs/platform-express', '@nestjs/websockets'],
  ...['amqp-connection-manager', 'amqplib', 'class-transformer', 'class-validator', 'ioredis', 'kafkajs', 'mqtt'],
  'pg-native',
];

/** What CommonJS modules take for granted. */
const PREAMBLE = `
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** `let Name = class Name`, as decorated classes are compiled: the inner name, which nobody uses, would get a number. */
const DOUBLY_NAMED = /^(let (\w+) = class) \2\b/gm;

/** Scripts of threads and programs are found from the module that starts them, which is still where it was. */
const ownModules = {
  name: 'own-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\/(apps|libs)\/[^/]+\/dist\/.*\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const fromBundle = path.relative(path.join(root, 'apps', 'NAME', 'dist'), file);
      const address = `new URL(${JSON.stringify(fromBundle)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', address).replaceAll(DOUBLY_NAMED, '$1') };
    });
  },
};

const apps = readdirSync(path.join(root, 'apps'));
const modifiedMs = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether no bundle is older than what it is made of: compiled files, packages by their lockfile, and this script. */
const areCurrent = () => {
  const bundledMs = Math.min(...apps.map((app) => modifiedMs(`apps/${app}/dist/bundle.js`)));
  const folders = ['apps', 'libs'].flatMap((kind) =>
    readdirSync(path.join(root, kind)).map((project) => `${kind}/${project}/dist`),
  );
  const compiled = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((file) => file.endsWith('.js') && !file.startsWith('bundle.'))
      .map((file) => `${folder}/${file}`),
  );
  const sources = [...compiled, 'package-lock.json', 'tools/bundle-apps.mjs'];
  return sources.every((file) => modifiedMs(file) < bundledMs);
};

/** Each app as one file, `apps/NAME/dist/bundle.js`: most of an app's start was to find and read two thousand small ones. */
const bundleApps = () =>
  build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(apps.map((app) => [`${app}/dist/bundle`, `apps/${app}/dist/main.js`])),
    outdir: 'apps',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ABSENT,
    plugins: [ownModules],
    banner: { js: PREAMBLE },
    sourcemap: 'linked',
    sourcesContent: false,
    // comments and indentation are a third of the source, which stays in memory
    minifyWhitespace: true,
    lineLimit: 120,
    logLevel: 'warning',
  });

/** V8 keeps a source with any other character in two bytes each: 6 MB of every process. esbuild escapes what can be. */
const assertLatin1 = async () => {
  for (const app of apps) {
    const text = await readFile(path.join(root, 'apps', app, 'dist', 'bundle.js'), 'utf8');
    const found = /.{0,20}[\u0100-\uffff].{0,20}/.exec(text);
    if (found) throw new Error(`the bundle of ${app} has a character that is not Latin-1: ${found[0]}`);
  }
};

if (!areCurrent()) {
  await bundleApps();
  await assertLatin1();
}
