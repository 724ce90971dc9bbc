import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
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
const __dirname = import.meta.dirname;
let __naming = true;`;

/**
 * `keepNames` defines a name wherever a function is made, also for closures that each request makes anew: a third of a poll's
 * processor time. Names are given until the app has started; classes and functions of modules all have theirs by then.
 */
const STARTED = '__naming = false;';
const namesUntilStarted = {
  name: 'names-until-started',
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      const scripts = Object.keys(metafile?.outputs ?? {}).filter((name) => name.endsWith('.js'));
      for (const script of scripts.map((name) => path.join(root, name))) {
        const text = await readFile(script, 'utf8');
        const named = text.replace(/^(var __name = \((\w+), \w+\) => )(__defProp\(.*\));$/m, '$1__naming ? $3 : $2;');
        if (named === text) throw new Error(`${script} has no helper for names`);
        await writeFile(script, named);
      }
    });
  },
};

/** Scripts of threads and programs are found from the module that starts them, which is still where it was. */
const ownAddresses = {
  name: 'own-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\/(apps|libs)\/[^/]+\/dist\/.*\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const fromBundle = path.relative(path.join(root, 'apps', 'NAME', 'dist'), file);
      const address = `new URL(${JSON.stringify(fromBundle)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', address) };
    });
  },
};

/** Each app as one file, `apps/NAME/dist/bundle.js`: most of an app's start was to find and read two thousand small ones. */
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(
    readdirSync(path.join(root, 'apps')).map((app) => [`${app}/dist/bundle`, `apps/${app}/dist/main.js`]),
  ),
  outdir: 'apps',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: ABSENT,
  plugins: [ownAddresses, namesUntilStarted],
  metafile: true,
  banner: { js: PREAMBLE },
  footer: { js: STARTED },
  // providers are found, and errors and spans named, by the names of classes
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
});
